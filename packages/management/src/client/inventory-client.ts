import { Secret, type Fingerprint } from "@keywarden/key-format";
import type { AnswerOf, AnswerName } from "./answer-schemas.ts";
import { failureOf } from "./failure-of.ts";
import { keyEtag } from "../schemas/key-etag.ts";
import { fillPath } from "./fill-path.ts";
import type { ImportedKey, KeyExportQuery, KeyImportAnswer, KeyRecord } from "../operator/key-record.ts";
import type { Alert, CreateAlert } from "../operator/alerts.ts";
import type { ChangePage, ChangeQuery } from "../operator/changes.ts";
import type { SealedSecret } from "../operator/policy-api.ts";
import { quickAnswers } from "./quick-answers.ts";
import { makeRotationCalls, type ClientCall, type RotationCalls } from "./rotation-calls.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import { ManagementError } from "./management-error.ts";
import type {
  SecurityEventQuery,
  SecurityEventView,
  UsageQuery,
  UsageReport,
} from "../schemas/monitoring.ts";
import type {
  CreateToken,
  AuditEntry,
  AuditQuery,
  AuditVerification,
  ChangedKey,
  CreateInventoryKey,
  EditKey,
  Identity,
  InventoryLookup,
  KeyQuery,
  RevokedToken,
  Token,
  TokenLookup,
} from "../operator/operator-api.ts";
import { requireAnswerAbout } from "./require-answer-about.ts";
import { receiveSecret, repeatableBy, type RepeatableCall } from "../delivery/secret-delivery.ts";
import { makeTransport, type TransportOptions } from "./transport.ts";
import { watchLists } from "./watch-lists.ts";
import type { RevokeOutcome, Role } from "../schemas/vocabulary.ts";

/** Keywarden's own API over the keys of all providers. Every method throws {@link ManagementError}; none retries. */
export interface InventoryClient extends RotationCalls {
  /** Lists keys oldest first; `nextCursor` is null on the last page. */
  list(query?: Partial<KeyQuery>): Promise<{
    readonly keys: readonly ManagedKey[];
    readonly nextCursor: string | null;
    readonly total: number | null;
  }>;
  show(id: string): Promise<ManagedKey>;
  create(
    input: CreateInventoryKey,
    options?: RepeatableCall,
  ): Promise<{ readonly key: ManagedKey; readonly secret: Secret }>;
  /** Fails with MANAGEMENT_PRECONDITION, and says who was faster, when the key's generation is no longer the expected one. */
  rotate(
    id: string,
    options: RepeatableCall & { readonly expectedGeneration: number },
  ): Promise<{
    readonly key: ManagedKey;
    readonly secret: Secret;
    readonly graceSeconds: number;
    readonly graceUntil: string | null;
  }>;
  /**
   * Changes what a key is called, who answers for it and what it may do. Fails with MANAGEMENT_PRECONDITION, and says
   * who was faster, when the key is no longer as it was seen.
   */
  edit(id: string, changes: EditKey, seen: SeenKeyState): Promise<ChangedKey>;
  /** Keeps a key from opening anything until it is enabled again; with `seen`, only as it was seen. */
  disable(id: string, seen?: SeenKeyState): Promise<ChangedKey>;
  /** Accepts a disabled key again; with `seen`, only as it was seen. */
  enable(id: string, seen?: SeenKeyState): Promise<ChangedKey>;
  revoke(
    id: string,
    options?: { readonly expectedGeneration?: number },
  ): Promise<{ readonly key: ManagedKey; readonly outcome: RevokeOutcome }>;
  /** Fetches the new secret that the server's policy made, sealed to whom the policy says. */
  sealedSecret(id: string): Promise<SealedSecret>;
  lookup(fingerprint: Fingerprint): Promise<InventoryLookup>;
  /** Reads all that is known of keys but their text, oldest first. */
  exportKeys(
    query?: Partial<KeyExportQuery>,
  ): Promise<{ readonly keys: readonly KeyRecord[]; readonly nextCursor: string | null }>;
  /** Stores the keys that are not there yet, all or none; keys are data here, that the server judges one by one. */
  importKeys(input: {
    readonly keys: readonly (ImportedKey | object)[];
    readonly dryRun: boolean;
  }): Promise<KeyImportAnswer>;
  /** Lists audit entries in order, after a sequence number; `nextAfter` is null if there are no more yet. */
  audit(query?: Partial<AuditQuery>): Promise<{
    readonly entries: readonly AuditEntry[];
    readonly nextAfter: number | null;
    readonly nextBefore: number | null;
  }>;
  /** Reads what changed after a sequence number, in order; waits up to `wait` seconds for a first change. */
  changes(query?: Partial<ChangeQuery>): Promise<ChangePage>;
  /** How often a key was verified, with what outcome, from where and for what: in the last 24 hours where nothing is asked. */
  usage(id: string, query?: UsageQuery): Promise<UsageReport>;
  /** Lists what was noticed about the use of keys, newest first. */
  listSecurityEvents(query?: Partial<SecurityEventQuery>): Promise<{
    readonly events: readonly SecurityEventView[];
    readonly nextCursor: string | null;
  }>;
  /** Lists the alerts of a key. */
  listAlerts(keyId: string): Promise<readonly Alert[]>;
  /** Alerts about a key's use; the secret that signs its webhook calls is in this answer only. */
  createAlert(
    keyId: string,
    alert: CreateAlert,
  ): Promise<Alert & { readonly signingSecret?: string | undefined }>;
  deleteAlert(keyId: string, alertId: string): Promise<void>;
  verifyAudit(): Promise<AuditVerification>;
  createToken(
    input: CreateToken,
  ): Promise<{ readonly id: string; readonly name: string; readonly role: Role; readonly token: Secret }>;
  /** Lists all tokens that were ever made, oldest first, without their texts. */
  listTokens(): Promise<readonly Token[]>;
  /** Finds the token that a fingerprint names, also one that is revoked. */
  lookUpToken(fingerprint: Fingerprint): Promise<TokenLookup>;
  /**
   * Ends a token for ever. Fails with MANAGEMENT_CONFLICT for the last one that may make others.
   *
   * @param fingerprint of the token's text, for a caller that may revoke keys and not manage tokens
   */
  revokeToken(id: string, fingerprint?: Fingerprint): Promise<RevokedToken>;
  whoAmI(): Promise<Identity>;
}

/** The state of a key that a caller has looked at. */
export type SeenKeyState = Pick<ManagedKey, "generation" | "revision">;

export type InventoryClientOptions = TransportOptions;

// Thousands of keys take a busy server with a slow disk several seconds.
const importTimeoutMs = 60_000;

const loadSchemas = () => import("./answer-schemas.ts");

const readQuickly = <Name extends AnswerName>(name: Name, body: unknown): AnswerOf<Name> | null =>
  name in quickAnswers
    ? (quickAnswers[name as keyof typeof quickAnswers](body) as AnswerOf<Name> | null)
    : null;

/**
 * @throws {@link ManagementError} MANAGEMENT_BAD_URL
 */
export function makeInventoryClient(options: InventoryClientOptions): InventoryClient {
  const transport = makeTransport(options);
  const watched = watchLists();

  const call: ClientCall = async (what, request, name) => {
    // Whatever reads the answer to a change is there before the change is made.
    const loaded = request.method === "GET" ? null : await loadSchemas();
    const answer = await transport.send(request);
    const isGood = answer.status >= 200 && answer.status <= 299;
    const quick = isGood ? readQuickly(name, answer.body) : null;
    if (quick !== null) return quick;
    const { answerSchemas } = loaded ?? (await loadSchemas());
    if (!isGood) {
      const problem = answerSchemas.problem.safeParse(answer.body).data;
      const words = problem && {
        code: problem.code,
        message: problem.detail,
        lostUpdate: problem.lostUpdate,
      };
      throw failureOf(answer, what, words ?? {}, transport);
    }
    const read = answerSchemas[name].safeParse(answer.body);
    if (read.success) return read.data as AnswerOf<typeof name>;
    const fields = read.error.issues.map((issue) => issue.path.join(".") || "the body").join(", ");
    throw new ManagementError(
      "MANAGEMENT_BAD_ANSWER",
      `could not ${what}: ${answer.url.host} does not answer like keywarden-server (${fields})`,
      { status: answer.status },
    );
  };

  const ifMatch = (generation: number | undefined) =>
    generation === undefined ? {} : { headers: { "if-match": `"${generation}"` } };

  const asSeen = ({ generation, revision }: SeenKeyState) => ({
    headers: { "if-match": keyEtag(generation, revision) },
  });
  const switchKey = (
    what: string,
    action: "disable" | "enable",
    id: string,
    seen: SeenKeyState | undefined,
  ) =>
    call(
      what,
      {
        method: "POST",
        path: fillPath(`/v1/keys/{id}/${action}`, id),
        isRepeatable: true,
        ...(seen !== undefined && asSeen(seen)),
      },
      "changedKey",
    );

  return {
    ...makeRotationCalls(call),
    list: async (query = {}) =>
      watched(query.cursor, await call("list keys", { method: "GET", path: "/v1/keys", query }, "keyPage")),
    show: async (id) => {
      const key = await call(
        "show the key",
        { method: "GET", path: fillPath("/v1/keys/{id}", id) },
        "managedKey",
      );
      requireAnswerAbout(id, key.id, "show the key");
      return key;
    },
    create: async (body, options = {}) => {
      const request = { method: "POST", path: "/v1/keys", body, ...repeatableBy(options) } as const;
      const { key, secret } = await call("create a key", request, "issuedKey");
      return { key, secret: receiveSecret(new Secret(secret), options) };
    },
    rotate: async (id, { expectedGeneration, ...options }) => {
      const path = fillPath("/v1/keys/{id}/rotate", id);
      const { headers, isRepeatable } = repeatableBy(options);
      const matching = { ...headers, ...ifMatch(expectedGeneration).headers };
      const request = { method: "POST", path, headers: matching, isRepeatable } as const;
      const { secret, ...rotated } = await call("rotate the key", request, "rotatedKey");
      return { ...rotated, secret: receiveSecret(new Secret(secret), options) };
    },
    edit: (id, body, seen) =>
      call(
        "change the key",
        { method: "PATCH", path: fillPath("/v1/keys/{id}", id), body, ...asSeen(seen) },
        "changedKey",
      ),
    disable: (id, seen) => switchKey("disable the key", "disable", id, seen),
    enable: (id, seen) => switchKey("enable the key", "enable", id, seen),
    revoke: async (id, { expectedGeneration } = {}) => {
      const request = { method: "POST", path: fillPath("/v1/keys/{id}/revoke", id) } as const;
      const matching = ifMatch(expectedGeneration);
      const revoked = await call("revoke the key", { ...request, ...matching }, "revokedKey");
      requireAnswerAbout(id, revoked.key.id, "revoke the key");
      return revoked;
    },
    sealedSecret: (id) =>
      call(
        "fetch the sealed secret",
        { method: "GET", path: fillPath("/v1/keys/{id}/sealed-secret", id) },
        "sealedSecret",
      ),
    lookup: (sha256) =>
      call("look a key up", { method: "POST", path: "/v1/keys/lookup", body: { sha256 } }, "lookupAnswer"),
    exportKeys: async (query = {}) =>
      watched(
        query.cursor,
        await call("export keys", { method: "GET", path: "/v1/keys/export", query }, "keyExportPage"),
      ),
    importKeys: (body) => {
      const request = { method: "POST", path: "/v1/keys/import", body, timeoutMs: importTimeoutMs } as const;
      return call("import keys", request, "keyImportAnswer");
    },
    audit: async (query = {}) => {
      const page = await call("read the audit", { method: "GET", path: "/v1/audit", query }, "auditPage");
      const { nextAfter, entries } = page;
      if (nextAfter === null || (nextAfter === entries.at(-1)?.sequence && nextAfter > (query.after ?? 0)))
        return page;
      throw new ManagementError(
        "MANAGEMENT_BAD_ANSWER",
        "could not read the audit: a page goes on behind another entry than its last",
      );
    },
    changes: (query = {}) => {
      const timeoutMs = 10_000 + (query.wait ?? 0) * 1000;
      const request = { method: "GET", path: "/v1/changes", query, isRepeatable: true, timeoutMs } as const;
      return call("read the changes", request, "changePage");
    },
    usage: (id, query = {}) =>
      call(
        "read the key's usage",
        { method: "GET", path: fillPath("/v1/keys/{id}/usage", id), query },
        "usageReport",
      ),
    listSecurityEvents: (query = {}) =>
      call(
        "list security events",
        { method: "GET", path: "/v1/security-events", query },
        "securityEventPage",
      ),
    listAlerts: async (keyId) => {
      const path = fillPath("/v1/keys/{id}/alerts", keyId);
      return (await call("list alerts", { method: "GET", path }, "alertList")).alerts;
    },
    createAlert: (keyId, body) => {
      const path = fillPath("/v1/keys/{id}/alerts", keyId);
      return call("create an alert", { method: "POST", path, body }, "createdAlert");
    },
    deleteAlert: async (keyId, alertId) => {
      const path = `${fillPath("/v1/keys/{id}/alerts", keyId)}/${encodeURIComponent(alertId)}`;
      await call("delete the alert", { method: "DELETE", path }, "deletedAlert");
    },
    verifyAudit: () =>
      call("verify the audit", { method: "GET", path: "/v1/audit/verify" }, "auditVerification"),
    createToken: async (body) => {
      const issued = await call(
        "create a token",
        { method: "POST", path: "/v1/tokens", body },
        "issuedToken",
      );
      return { ...issued, token: new Secret(issued.token) };
    },
    listTokens: async () =>
      (await call("list tokens", { method: "GET", path: "/v1/tokens" }, "tokenList")).tokens,
    lookUpToken: (sha256) =>
      call(
        "look a token up",
        { method: "POST", path: "/v1/tokens/lookup", body: { sha256 }, isRepeatable: true },
        "tokenLookupAnswer",
      ),
    revokeToken: async (id, sha256) => {
      const request = { method: "POST", path: fillPath("/v1/tokens/{id}/revoke", id) } as const;
      const seen = sha256 === undefined ? {} : { body: { sha256 } };
      const revoked = await call("revoke the token", { ...request, ...seen }, "revokedToken");
      requireAnswerAbout(id, revoked.token.id, "revoke the token");
      return revoked;
    },
    whoAmI: () => call("ask who the token is", { method: "GET", path: "/v1/me" }, "identity"),
  };
}
