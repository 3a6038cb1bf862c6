import type { Environment, Fingerprint, KeyKind, Secret } from "@keywarden/key-format";
import type { Body } from "./body.ts";
import type { Dialect, Operation } from "./dialect.ts";
import { dialects } from "./dialects.ts";
import { failureOf } from "./failure-of.ts";
import { fillPath } from "./fill-path.ts";
import { ManagementError } from "./management-error.ts";
import { nextCursor } from "./next-cursor.ts";
import type { LookupAnswer, RemoteKey } from "./remote-key.ts";
import {
  makeTransport,
  type TransportAnswer,
  type TransportOptions,
  type TransportRequest,
} from "./transport.ts";
import type { RevokeOutcome } from "./vocabulary.ts";

export interface ManagementClientOptions extends TransportOptions {
  /** A name in {@link dialects} or a dialect of the caller's own. */
  readonly dialect: string | Dialect;
}

/** One provider's keys, in the provider's own dialect. Every method throws {@link ManagementError}; none retries. */
export interface ManagementClient {
  list(page?: {
    readonly limit?: number;
    readonly cursor?: string;
  }): Promise<{ readonly keys: readonly RemoteKey[]; readonly nextCursor: string | null }>;
  create(input: {
    readonly name: string;
    readonly kind: KeyKind;
    readonly environment: Environment;
    readonly permissions?: readonly string[];
  }): Promise<{ readonly id: string; readonly secret: Secret }>;
  /** Replaces a key's secret; the old one works for `graceSeconds` more. */
  rotate(
    id: string,
    options?: { readonly expectedGeneration?: number },
  ): Promise<{ readonly id: string; readonly secret: Secret; readonly graceSeconds: number }>;
  /** Ends a key at once; safe to repeat. */
  revoke(id: string): Promise<{ readonly outcome: RevokeOutcome }>;
  /** Asks whether a key is the provider's by its fingerprint alone; revoked keys are still recognised. */
  lookup(fingerprint: Fingerprint): Promise<LookupAnswer>;
}

/**
 * @throws {@link ManagementError} MANAGEMENT_UNKNOWN_DIALECT, MANAGEMENT_BAD_URL
 */
export function makeManagementClient(options: ManagementClientOptions): ManagementClient {
  const dialect = typeof options.dialect === "string" ? dialects[options.dialect] : options.dialect;
  if (dialect === undefined) {
    throw new ManagementError(
      "MANAGEMENT_UNKNOWN_DIALECT",
      `there is no dialect ${JSON.stringify(options.dialect)}; known are ${Object.keys(dialects).join(", ")}`,
    );
  }
  const transport = makeTransport(options);
  const { create, list, rotate, revoke, lookup } = dialect.operations;

  const call = async <Answer>(
    operation: Operation<unknown, Body<never, Answer>>,
    what: string,
    request: Pick<TransportRequest, "path" | "query" | "headers" | "body">,
  ): Promise<{ answer: TransportAnswer; value: Answer }> => {
    const answer = await transport.send({ method: operation.method, ...request });
    if (answer.status !== operation.status) {
      const failure = dialect.failure.body.read(answer.body);
      throw failureOf(answer, what, failure.ok ? failure.value : {}, transport);
    }
    const read = operation.response.read(answer.body);
    if (read.ok) return { answer, value: read.value };
    const fields = read.problems.map(({ path }) => path || "the body").join(", ");
    throw new ManagementError(
      "MANAGEMENT_BAD_ANSWER",
      `could not ${what}: the answer of ${answer.url.host} is not in the ${dialect.id} dialect (${fields})`,
      { status: answer.status },
    );
  };

  return {
    list: async (page = {}) => {
      const { answer, value } = await call(list, "list keys", { path: list.path, query: page });
      return { keys: value, nextCursor: nextCursor(answer.headers.get("link"), answer.url) };
    },
    create: async (input) => {
      const body = create.request.write(input);
      return (await call(create, "create a key", { path: create.path, body })).value;
    },
    rotate: async (id, { expectedGeneration } = {}) => {
      const headers = expectedGeneration === undefined ? {} : { "if-match": `"${expectedGeneration}"` };
      return (await call(rotate, "rotate the key", { path: fillPath(rotate.path, id), headers })).value;
    },
    revoke: async (id) => (await call(revoke, "revoke the key", { path: fillPath(revoke.path, id) })).value,
    lookup: async (fingerprint) => {
      const body = lookup.request.write({ fingerprint });
      return (await call(lookup, "look a key up", { path: lookup.path, body })).value;
    },
  };
}
