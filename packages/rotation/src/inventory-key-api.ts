import { ManagementError, readPages, type InventoryClient } from "@keywarden/management";
import type { KeyApi, RotatableKey } from "./key-api.ts";
import { baseName } from "./successor-name.ts";

/** Lets rotations work on the keys of a keywarden-server, which records them and the key that each key replaces. */
export function makeInventoryKeyApi(client: InventoryClient): KeyApi {
  return {
    show: (id) => client.show(id),
    createLike: ({ rotation, successorName: name, key }, call) => {
      const { provider, kind, environment, owner, tags, permissions, expiresAt, restrictions, metadata } =
        key;
      return client.create(
        {
          provider,
          name,
          kind,
          environment,
          replaces: key.id,
          rotation,
          ...(owner !== null && { owner }),
          ...(tags.length > 0 && { tags: [...tags] }),
          ...(permissions !== null && { permissions: [...permissions] }),
          ...(expiresAt !== null && { expiresAt }),
          ...(restrictions !== undefined && { restrictions }),
          ...(metadata !== undefined && { metadata }),
        },
        call,
      );
    },
    roll: (id, expectedGeneration, call) => client.rotate(id, { expectedGeneration, ...call }),
    revoke: (id) => client.revoke(id),
    lookup: async (fingerprint) => {
      const answer = await client.lookup(fingerprint);
      return answer.found ? { found: true, id: answer.key.id, state: answer.secretState } : answer;
    },
    listActive: (like) => listLike(client, like, { state: "active" }),
    async *listMadeBy({ rotation, key, successorName }) {
      const recorded = await client.showRotation(rotation).catch((error: unknown) => {
        if (error instanceof ManagementError && error.code === "MANAGEMENT_NOT_FOUND") return null;
        throw error;
      });
      const successorId = recorded?.successorId ?? null;
      if (successorId !== null && successorId !== key.id) {
        const successor = await client.show(successorId);
        if (successor.state === "active") yield successor;
        return;
      }
      // A journal of before there was a record: the name tells its keys.
      if (successorName === baseName(key.name)) return;
      for await (const other of listLike(client, key, { state: "active" }))
        if (other.name === successorName && other.replaces === null) yield other;
    },
    listEver: (like) => listLike(client, like, {}),
    whoAmI: async () => (await client.whoAmI()).principal,
    register: {
      begin: async ({ rotation, key }, sinks) => {
        await client.beginRotation({ id: rotation, keyId: key.id, sinks: [...sinks] });
      },
      change: async (rotation, progress) => {
        await client.changeRotation(rotation, progress);
      },
    },
  };
}

async function* listLike(
  client: InventoryClient,
  { provider, kind, environment }: RotatableKey,
  which: { readonly state?: "active" },
): AsyncGenerator<RotatableKey> {
  const query = { provider, kind, environment, limit: 1000, ...which } as const;
  // The operator's own server: as many requests as it has pages.
  yield* readPages((cursor) => client.list(cursor === undefined ? query : { ...query, cursor }), {
    requests: Number.POSITIVE_INFINITY,
  });
}
