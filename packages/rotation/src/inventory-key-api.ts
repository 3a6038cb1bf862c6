import { readPages, type InventoryClient } from "@keywarden/management";
import type { KeyApi, RotatableKey } from "./key-api.ts";

/** Lets rotations work on the keys of a keywarden-server. */
export function makeInventoryKeyApi(client: InventoryClient): KeyApi {
  return {
    show: (id) => client.show(id),
    createLike: (
      { provider, kind, environment, owner, tags, permissions, expiresAt, restrictions, metadata },
      name,
      call,
    ) =>
      client.create(
        {
          provider,
          name,
          kind,
          environment,
          ...(owner !== null && { owner }),
          ...(tags.length > 0 && { tags: [...tags] }),
          ...(permissions !== null && { permissions: [...permissions] }),
          ...(expiresAt !== null && { expiresAt }),
          ...(restrictions !== undefined && { restrictions }),
          ...(metadata !== undefined && { metadata }),
        },
        call,
      ),
    roll: (id, expectedGeneration, call) => client.rotate(id, { expectedGeneration, ...call }),
    revoke: (id) => client.revoke(id),
    lookup: async (fingerprint) => {
      const answer = await client.lookup(fingerprint);
      return answer.found ? { found: true, id: answer.key.id, state: answer.secretState } : answer;
    },
    listActive: (like) => listLike(client, like, { state: "active" }),
    listEver: (like) => listLike(client, like, {}),
    whoAmI: async () => (await client.whoAmI()).principal,
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
