import {
  countOf,
  findFormat,
  type Environment,
  type KeyKind,
  type ManagedProvider,
} from "@keywarden/key-format";
import {
  ManagementError,
  type Capabilities,
  type Dialect,
  type ManagementClient,
  type RemoteKey,
  type Restrictions,
} from "@keywarden/management";
import type { KeyApi, RotatableKey } from "./key-api.ts";
import { RotationError } from "./rotation-error.ts";

/** What a person says of a key whose provider has no list to look into. */
export interface DescribedKey {
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
}

export interface DialectKeyApiOptions {
  readonly client: ManagementClient;
  readonly profile: ManagedProvider;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  readonly described?: DescribedKey | undefined;
  /** Requests that one look through the list may cost; 1000 unless given. */
  readonly requests?: number;
}

/** Lets rotations work with a provider's own API, within its capabilities. */
export function makeDialectKeyApi(options: DialectKeyApiOptions): KeyApi {
  const { client, profile, dialect, capabilities } = options;

  const read = async (operation: "list" | "lookup", error: unknown): Promise<never> => {
    // A route that no document gives may not exist; a documented one that is not there is a wrong address.
    const isAbsent =
      error instanceof ManagementError &&
      (error.status === 404 || error.status === 405 || error.status === 501);
    if (isAbsent && !dialect.operations[operation].documented) throw cannot(operation);
    throw error;
  };
  const cannot = (operation: "list" | "lookup"): RotationError =>
    new RotationError(
      "ROTATION_CANNOT_TELL",
      `${profile.name}'s API has no ${operation === "list" ? "list of keys" : "lookup by SHA-256"}`,
    );

  const listed = async function* (): AsyncGenerator<RotatableKey> {
    if (!capabilities.list) throw cannot("list");
    const pages = client.listAll({ requests: options.requests ?? 1000, pageSize: 100 });
    for (;;) {
      const next = await pages.next().catch((error: unknown) => read("list", error));
      if (next.done !== true) {
        yield rotatable(next.value, profile.id);
        continue;
      }
      if (next.value.isComplete) return;
      throw new RotationError(
        "ROTATION_LIST_TOO_LONG",
        `the list of ${profile.name}'s keys continues after ${countOf(next.value.requests, "request")}; nothing was decided from a part of it`,
      );
    }
  };

  const find = async (id: string): Promise<RotatableKey | null> => {
    for await (const key of listed()) if (key.id === id) return key;
    return null;
  };

  return {
    show: async (id) => {
      const key = await find(id).catch((error: unknown) => {
        if (!isCannotTell(error) || options.described === undefined) throw needsDescription(error);
        return described(id, options.described, profile);
      });
      if (key !== null) return key;
      throw new ManagementError("MANAGEMENT_NOT_FOUND", `${profile.name} lists no live key ${id}`, {
        status: 404,
      });
    },
    createLike: async ({ key, successorName: name }, { idempotencyKey }) => {
      const { kind, environment, permissions, restrictions } = key;
      const input = {
        name,
        kind,
        environment,
        ...(permissions !== null && { permissions }),
        ...(restrictions !== undefined && { restrictions }),
      };
      const options = capabilities.idempotencyKey ? { idempotencyKey } : {};
      const { id, secret } = await client.create(input, options);
      return { key: { id, generation: 0 }, secret };
    },
    roll: async (id, expectedGeneration, { idempotencyKey }) => {
      const generation = expectedGeneration > 0 ? expectedGeneration : undefined;
      const rolled = await client.rotate(id, {
        expectedGeneration: generation,
        ...(capabilities.idempotencyKey && { idempotencyKey }),
      });
      const { secret, graceSeconds } = rolled;
      const key = { id: rolled.id, generation: generation === undefined ? 0 : generation + 1 };
      return { key, secret, graceSeconds };
    },
    revoke: (id) => client.revoke(id),
    lookup: async (fingerprint, keyId) => {
      try {
        if (!capabilities.lookup) throw cannot("lookup");
        const answer = await client.lookup(fingerprint).catch((error: unknown) => read("lookup", error));
        return answer.found ? { found: true, id: answer.key.id, state: answer.key.state } : answer;
      } catch (error) {
        if (!isCannotTell(error)) throw error;
      }
      try {
        // A list shows keys that work; which of a key's secrets that is, it does not say.
        return (await find(keyId)) === null ? { found: false } : { found: true, id: keyId, state: "active" };
      } catch (error) {
        if (!isCannotTell(error)) throw error;
        return { found: null };
      }
    },
    async *listActive({ kind, environment }) {
      for await (const key of listed()) {
        if (key.kind === kind && key.environment === environment) yield key;
      }
    },
    async *listMadeBy({ key: { kind, environment }, successorName }) {
      for await (const key of listed())
        if (key.kind === kind && key.environment === environment && key.name === successorName) yield key;
    },
    listEver: () => {
      throw new RotationError(
        "ROTATION_CANNOT_TELL",
        `${profile.name}'s API does not list keys that have ended, so it cannot tell which key replaced which`,
      );
    },
    // Providers do not report the names of callers; lost answers are resolved by other means.
    whoAmI: async () => "",
  };

  function needsDescription(error: unknown): unknown {
    if (!isCannotTell(error)) return error;
    return new RotationError(
      "ROTATION_REFUSED",
      `${error.message}: describe the key with --name and --environment (and --kind) to rotate it anyway`,
      { cause: error },
    );
  }
}

function isCannotTell(error: unknown): error is RotationError {
  return error instanceof RotationError && error.code === "ROTATION_CANNOT_TELL";
}

const untold = { lastFour: "", generation: 0, state: "active", owner: null, tags: [] } as const;

function rotatable(key: RemoteKey, provider: string): RotatableKey {
  const { id, name, kind, environment, prefix, createdAt, lastUsedAt, more } = key;
  const { restrictions } = { ...more, ...key } as { readonly restrictions?: Restrictions };
  return {
    ...untold,
    id,
    provider,
    name,
    kind,
    environment,
    prefix,
    lastFour: key.lastFour ?? "",
    generation: more?.generation ?? 0,
    createdAt,
    // The secret may be younger than its key, never older.
    secretCreatedAt: more?.secretCreatedAt ?? createdAt,
    lastUsedAt,
    trackingSince: more?.trackingSince ?? createdAt,
    expiresAt: more?.expiresAt ?? null,
    revokedAt: null,
    grace: more?.grace ?? null,
    permissions: key.permissions ?? null,
    ...(restrictions !== undefined && { restrictions }),
  };
}

function described(
  id: string,
  { name, kind, environment }: DescribedKey,
  profile: ManagedProvider,
): RotatableKey {
  return {
    ...untold,
    id,
    provider: profile.id,
    name,
    kind,
    environment,
    prefix: findFormat(profile, { kind, environment })?.prefix ?? "",
    createdAt: "",
    secretCreatedAt: "",
    lastUsedAt: null,
    trackingSince: "",
    expiresAt: null,
    revokedAt: null,
    grace: null,
    permissions: null,
  };
}
