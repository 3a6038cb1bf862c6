import type { ServerResponse } from "node:http";
import { findFormat, fingerprint } from "@keywarden/key-format";
import type { Environment, KeyKind, ManagedProvider, Secret } from "@keywarden/key-format";
import { dialects } from "@keywarden/management";
import type { ManagedKey, SecretState } from "@keywarden/management";
import { makeKey, sha256 } from "@keywarden/testing";
import fastify from "fastify";

interface Issued {
  readonly key: ManagedKey;
  readonly fingerprint: string;
  state: SecretState;
}

/** What a provider answers that has lost its mind, or a machine in between that has. */
export interface Nonsense {
  readonly to: "lookup" | "revoke";
  /** Whether it does what it was asked all the same. */
  readonly does?: boolean;
  /** Writes the answer, which would have been `proper`. */
  readonly write: (response: ServerResponse, proper: unknown) => void;
}

/** One provider's management API in its own dialect: lookup and revoke, with the faults that a test needs. */
export interface ProviderApi {
  readonly profile: ManagedProvider;
  readonly baseUrl: string;
  readonly token: string;
  issue(
    wanted: { readonly kind: KeyKind; readonly environment: Environment },
    state?: SecretState,
    seed?: number,
  ): Secret;
  stateOf(secret: Secret): SecretState | undefined;
  /** As `calls` names it; undefined for one that was not issued here. */
  idOf(secret: Secret): string | undefined;
  setState(secret: Secret, state: SecretState): void;
  /** Answers every request with this status until told otherwise; 0 answers normally. */
  failWith(status: number, retryAfterSeconds?: number): void;
  /** Writes the answers to these calls instead, until told otherwise with `null`. */
  talkNonsense(nonsense: Nonsense | null): void;
  /** Takes requests and answers none of them, until told otherwise; what it took meanwhile stays without an answer. */
  hang(isHanging: boolean): void;
  /** The next revoke is done and not answered: the line breaks, or hangs. Resolves when it was done. */
  swallowNextRevokeAnswer(how: "break" | "hang"): Promise<void>;
  /** `lookup` and `revoke <id>`, in order. */
  readonly calls: readonly string[];
  /** The calls that revoke. */
  revokes(): readonly string[];
  /** Everything that was sent here. */
  readonly received: readonly string[];
  close(): Promise<void>;
}

export async function startProviderApi(profile: ManagedProvider): Promise<ProviderApi> {
  const dialect = dialects[profile.dialect];
  if (dialect === undefined) throw new Error(`no dialect ${profile.dialect}`);
  const { lookup, revoke } = dialect.operations;
  const token = "provider-token-for-tests";
  const issued: Issued[] = [];
  const calls: string[] = [];
  const received: string[] = [];
  let nonsense: Nonsense | null = null;
  let isHanging = false;
  let failure: { readonly status: number; readonly retryAfterSeconds: number | undefined } | null = null;
  let swallow: { readonly how: "break" | "hang"; readonly done: () => void } | null = null;

  const server = fastify({ forceCloseConnections: true });
  server.addHook("preHandler", async (request, reply) => {
    received.push(`${request.method} ${request.url} ${JSON.stringify(request.body ?? null)}`);
    if (request.headers.authorization !== `Bearer ${token}`) return reply.status(401).send({});
    if (isHanging) return new Promise(() => {});
    if (failure === null) return undefined;
    if (failure.retryAfterSeconds !== undefined)
      reply.header("retry-after", String(failure.retryAfterSeconds));
    return reply.status(failure.status).send({});
  });
  server.route({
    method: lookup.method,
    url: lookup.path,
    handler: async (request, reply) => {
      calls.push("lookup");
      const read = lookup.request.read(request.body);
      if (!read.ok) return reply.status(400).send({});
      const found = issued.find((one) => one.fingerprint === read.value.fingerprint);
      const answer =
        found === undefined
          ? ({ found: false } as const)
          : ({ found: true, key: found.key, state: found.state } as const);
      const proper = lookup.response.write(answer);
      if (nonsense?.to === "lookup") {
        reply.hijack();
        nonsense.write(reply.raw, proper);
        return reply;
      }
      return reply.status(lookup.status).send(proper);
    },
  });
  server.route<{ Params: { id: string } }>({
    method: revoke.method,
    url: revoke.path.replace("{id}", ":id"),
    handler: async (request, reply) => {
      const { id } = request.params;
      calls.push(`revoke ${id}`);
      const one = issued.find(({ key }) => key.id === id);
      if (one === undefined) return reply.status(404).send({});
      const outcome = one.state === "revoked" ? "already-revoked" : "revoked";
      if (nonsense?.to === "revoke") {
        if (nonsense.does === true) one.state = "revoked";
        reply.hijack();
        nonsense.write(reply.raw, revoke.response.write({ key: one.key, outcome }));
        return reply;
      }
      one.state = "revoked";
      if (swallow !== null) {
        const { how, done } = swallow;
        swallow = null;
        reply.hijack();
        if (how === "break") reply.raw.destroy();
        done();
        return reply;
      }
      return reply.status(revoke.status).send(revoke.response.write({ key: one.key, outcome }));
    },
  });
  const baseUrl = await server.listen({ host: "127.0.0.1", port: 0 });

  return {
    profile,
    baseUrl,
    token,
    calls,
    revokes: () => calls.filter((call) => call.startsWith("revoke")),
    received,
    issue(wanted, state = "active", seed = issued.length + 1) {
      const secret = makeKey(profile, wanted, seed);
      const key = managedKey(profile, wanted, `key_${profile.id}_${issued.length + 1}`);
      issued.push({ key, fingerprint: fingerprint(secret, sha256), state });
      return secret;
    },
    idOf: (secret) => issued.find((one) => one.fingerprint === fingerprint(secret, sha256))?.key.id,
    stateOf: (secret) => issued.find((one) => one.fingerprint === fingerprint(secret, sha256))?.state,
    setState(secret, state) {
      const one = issued.find((candidate) => candidate.fingerprint === fingerprint(secret, sha256));
      if (one !== undefined) one.state = state;
    },
    failWith: (status, retryAfterSeconds) => {
      failure = status === 0 ? null : { status, retryAfterSeconds };
    },
    talkNonsense: (next) => {
      nonsense = next;
    },
    hang: (now) => {
      isHanging = now;
    },
    swallowNextRevokeAnswer: (how) =>
      new Promise((done) => {
        swallow = { how, done };
      }),
    close: () => server.close(),
  };
}

function managedKey(
  profile: ManagedProvider,
  wanted: { readonly kind: KeyKind; readonly environment: Environment },
  id: string,
): ManagedKey {
  const format = findFormat(profile, wanted);
  if (format === undefined) throw new Error("no such format");
  const at = "2026-01-01T00:00:00.000Z";
  return {
    id,
    provider: profile.id,
    name: "test",
    kind: wanted.kind,
    environment: wanted.environment,
    label: format.label,
    prefix: format.prefix,
    lastFour: "",
    generation: 1,
    revision: 0,
    state: "active",
    createdAt: at,
    secretCreatedAt: at,
    lastUsedAt: null,
    trackingSince: at,
    expiresAt: null,
    revokedAt: null,
    disabledAt: null,
    replaces: null,
    grace: null,
    owner: null,
    tags: [],
    permissions: null,
  };
}
