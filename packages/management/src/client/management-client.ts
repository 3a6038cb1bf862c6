import type { Fingerprint, Secret } from "@keywarden/key-format";
import type { Body } from "../schemas/body.ts";
import type { CreateKey, Dialect, Operation } from "../dialects/dialect.ts";
import { dialectOf } from "../dialects/dialects.ts";
import { failureOf } from "./failure-of.ts";
import { fillPath } from "./fill-path.ts";
import { ManagementError } from "./management-error.ts";
import { nextCursor } from "./next-cursor.ts";
import { makePatientTransport, type Patience } from "./patient-transport.ts";
import { requireAnswerAbout } from "./require-answer-about.ts";
import { readPages, type PageBudget, type PagesEnd } from "./read-pages.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import { receiveSecret, repeatableBy, type RepeatableCall } from "../delivery/secret-delivery.ts";
import {
  makeTransport,
  type TransportAnswer,
  type TransportOptions,
  type TransportRequest,
} from "./transport.ts";
import type { RevokeOutcome } from "../schemas/vocabulary.ts";

export interface ManagementClientOptions extends TransportOptions {
  /** The name of a dialect, or a dialect of the caller's own. */
  readonly dialect: string | Dialect;
  /** Tries again what may be sent twice; when absent, every call is sent once. */
  readonly patience?: Patience;
}

/** One provider's keys, in the provider's own dialect. Every method throws {@link ManagementError}. */
export interface ManagementClient {
  list(page?: {
    readonly limit?: number;
    readonly cursor?: string;
  }): Promise<{ readonly keys: readonly RemoteKey[]; readonly nextCursor: string | null }>;
  /** Shows one key, also one that is revoked or expired. */
  show(id: string): Promise<RemoteKey>;
  /** Reads the whole list under a budget of requests; what it returns says whether that was enough. */
  listAll(
    budget: PageBudget & { readonly pageSize?: number | undefined },
  ): AsyncGenerator<RemoteKey, PagesEnd>;
  /** Only with an Idempotency-Key is it ever sent twice. */
  create(
    input: CreateKey,
    options?: RepeatableCall,
  ): Promise<{ readonly id: string; readonly secret: Secret }>;
  /** Replaces a key's secret; the old one works for `graceSeconds` more. Only with an Idempotency-Key is it ever sent twice. */
  rotate(
    id: string,
    options?: RepeatableCall & { readonly expectedGeneration?: number | undefined },
  ): Promise<{ readonly id: string; readonly secret: Secret; readonly graceSeconds: number }>;
  /** Revokes a key immediately; safe to repeat. */
  revoke(id: string): Promise<{ readonly outcome: RevokeOutcome }>;
  /** Asks whether a key is the provider's by its fingerprint alone; revoked keys are still recognised. */
  lookup(fingerprint: Fingerprint): Promise<LookupAnswer>;
}

/**
 * @throws {@link ManagementError} MANAGEMENT_UNKNOWN_DIALECT, MANAGEMENT_BAD_URL
 */
export function makeManagementClient(options: ManagementClientOptions): ManagementClient {
  const dialect = typeof options.dialect === "string" ? dialectOf(options.dialect) : options.dialect;
  const plain = makeTransport(options);
  const transport = options.patience === undefined ? plain : makePatientTransport(plain, options.patience);
  const { create, show, list, rotate, revoke, lookup } = dialect.operations;

  const call = async <Answer>(
    operation: Operation<unknown, Body<never, Answer>>,
    what: string,
    request: Pick<TransportRequest, "path" | "query" | "headers" | "body" | "isRepeatable">,
  ): Promise<{ answer: TransportAnswer; value: Answer }> => {
    const answer = await transport.send({ method: operation.method, ...request });
    if (answer.status !== operation.status) {
      const failure = dialect.failure.body.read(answer.body);
      throw failureOf(answer, what, failure.ok ? failure.value : {}, transport);
    }
    const read = operation.response.read(answer.body);
    if (read.ok) return { answer, value: read.value };
    const contentType = answer.headers.get("content-type");
    if (answer.body === undefined && contentType !== null && !/json/i.test(contentType)) {
      throw new ManagementError(
        "MANAGEMENT_BAD_ANSWER",
        `could not ${what}: ${answer.url.host} answered ${answer.status} with ${transport.quote(contentType).slice(0, 60)}, not in the ${dialect.id} dialect; is a proxy or a login page in between?`,
        { status: answer.status },
      );
    }
    const fields = read.problems.map(({ path }) => path || "the body").join(", ");
    throw new ManagementError(
      "MANAGEMENT_BAD_ANSWER",
      `could not ${what}: the answer of ${answer.url.host} is not in the ${dialect.id} dialect (${fields})`,
      { status: answer.status },
    );
  };

  const readPage: ManagementClient["list"] = async ({ limit, cursor } = {}) => {
    const request = { path: list.path, query: { limit, cursor }, isRepeatable: true };
    const { answer, value } = await call(list, "list keys", request);
    return { keys: value, nextCursor: nextCursor(answer.headers.get("link"), answer.url) };
  };

  return {
    list: readPage,
    show: async (id) => {
      const request = { path: fillPath(show.path, id), isRepeatable: true };
      const { value } = await call(show, "show the key", request);
      requireAnswerAbout(id, value.id, "show the key");
      return value;
    },
    listAll: ({ pageSize, ...budget }) =>
      readPages(
        (cursor) =>
          readPage({
            ...(pageSize !== undefined && { limit: pageSize }),
            ...(cursor !== undefined && { cursor }),
          }),
        budget,
      ),
    create: async (input, options = {}) => {
      const body = create.request.write(input);
      const request = { path: create.path, body, ...repeatableBy(options) };
      const { value } = await call(create, "create a key", request);
      return { ...value, secret: receiveSecret(value.secret, options) };
    },
    rotate: async (id, { expectedGeneration, ...options } = {}) => {
      const { headers, isRepeatable } = repeatableBy(options);
      const ifMatch = expectedGeneration === undefined ? {} : { "if-match": `"${expectedGeneration}"` };
      const request = { path: fillPath(rotate.path, id), headers: { ...headers, ...ifMatch }, isRepeatable };
      const { value } = await call(rotate, "rotate the key", request);
      return { ...value, secret: receiveSecret(value.secret, options) };
    },
    revoke: async (id) => {
      const request = { path: fillPath(revoke.path, id), isRepeatable: true };
      const { id: named, outcome } = (await call(revoke, "revoke the key", request)).value;
      requireAnswerAbout(id, named, "revoke the key");
      return { outcome };
    },
    lookup: async (fingerprint) => {
      const body = lookup.request.write({ fingerprint });
      return (await call(lookup, "look a key up", { path: lookup.path, body, isRepeatable: true })).value;
    },
  };
}
