import type { Environment, Fingerprint, KeyKind, ManagementFacts, Secret } from "@keywarden/key-format";
import type { z } from "zod";
import type { Body } from "../schemas/body.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import type { AlertRule, AlertView, SecurityEventView, UsageReport } from "../schemas/monitoring.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import type { Restrictions } from "../schemas/restrictions.ts";
import type { RevokeOutcome, SecretState } from "../schemas/vocabulary.ts";

export interface CreateKey {
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  /** Rights of the new key in the provider's own words; absent means the provider's default for its kind. */
  readonly permissions?: readonly string[] | undefined;
  readonly restrictions?: Restrictions | undefined;
}

export interface IssuedKey {
  readonly key: ManagedKey;
  readonly secret: Secret;
}

export interface RotatedKey extends IssuedKey {
  readonly graceSeconds: number;
  /** When the replaced secret stops working, ISO 8601; null when it already has. */
  readonly graceUntil: string | null;
}

/** What is read of the answer to a revocation. */
export interface RevokeAnswer {
  /** The key that it is about; absent where the dialect does not say. */
  readonly id?: string;
  readonly outcome: RevokeOutcome;
}

export interface RevokedKey {
  readonly key: ManagedKey;
  readonly outcome: RevokeOutcome;
}

export type FoundKey =
  | { readonly found: false }
  | { readonly found: true; readonly key: ManagedKey; readonly state: SecretState };

export interface Failure {
  readonly status: number;
  /** Stable and machine-readable, such as `key_not_found`. */
  readonly code: string;
  /** What is wrong and what to check; never contains a key. */
  readonly message: string;
}

/** One documented request: `{id}` in the path is the key's id, relative to the provider's base URL. */
export interface Operation<Request, Response> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly status: number;
  /** Whether the provider's own document gives this route; the others are chosen in its style. */
  readonly documented: boolean;
  readonly request: Request;
  readonly response: Response;
}

/** A harmless call for a key: it distinguishes a working key from an ended one and from one without the right. */
export interface SampleEndpoint {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly status: number;
  /** What the call does, as one line of the API's reference. */
  readonly summary: string;
  readonly documented: boolean;
  readonly kinds: readonly KeyKind[];
  /** The permission that a key with a permission list must hold; null when any key of those kinds may call. */
  readonly permission: string | null;
  readonly request: z.ZodType | null;
  readonly response: z.ZodType;
  /** Gives null for what the key's restrictions keep from it. */
  answer(call: SampleCall): unknown;
}

export interface SampleCall {
  readonly params: Readonly<Record<string, string>>;
  readonly key: {
    readonly id: string;
    readonly name: string;
    readonly kind: KeyKind;
    readonly environment: Environment;
    readonly label: string;
    readonly restrictions: Restrictions;
  };
  readonly nowMs: number;
}

export interface PermissionRules {
  /** Every permission that a key can be given; null when any word will do. */
  readonly known: readonly string[] | null;
  /** The kinds whose keys carry a permission list; for the others the list must be absent. */
  readonly carriers: readonly KeyKind[];
  /** What a key of that kind gets when the request names none; absent means everything its kind may do. */
  readonly defaults: Readonly<Partial<Record<KeyKind, readonly string[]>>>;
  /** The permissions that a kind may hold at most; absent means all known ones. */
  readonly limits: Readonly<Partial<Record<KeyKind, readonly string[]>>>;
  /** The permission a secret key needs before it may manage keys; null when every secret key may. */
  readonly manageKeys: string | null;
}

/** A route for what a key does. `permission` is what a key that reads it must hold, null when any that manages keys may. */
export type MonitoringRoute<Request, Response> = Operation<Request, Response> & {
  readonly summary: string;
  readonly permission: string | null;
};

/** Usage, security events and alerts, as far as a provider documents them. `{id}` is a key's, `{alertId}` an alert's id. */
export interface DialectMonitoring {
  readonly keyUsage?: MonitoringRoute<null, Body<UsageReport>>;
  /** `{tenantId}` in its path. */
  readonly tenantUsage?: MonitoringRoute<null, Body<UsageReport>>;
  readonly securityEvents?: MonitoringRoute<null, Body<readonly SecurityEventView[]>>;
  readonly createAlert?: MonitoringRoute<
    Body<{ readonly rule: AlertRule; readonly webhookUrl: string | null }>,
    Body<AlertView>
  >;
  readonly listAlerts?: MonitoringRoute<null, Body<readonly AlertView[]>>;
  readonly deleteAlert?: MonitoringRoute<null, Body<{ readonly id: string }>>;
}

/**
 * One provider's management API: routes, bodies and error envelope as data with codecs.
 * The server mounts it and the client calls it, so the two cannot drift apart.
 * Lists page through `Link: <…>; rel="next"` (RFC 8288) and the `limit` and `cursor` query parameters,
 * because the documented bodies leave no room for a cursor.
 */
export interface Dialect {
  readonly id: string;
  /** What its API can do, all of it said: nothing is taken for granted of a route that no document promises. */
  readonly capabilities: Readonly<Required<ManagementFacts>>;
  /** The restrictions that the provider's document lets a key have. */
  readonly restrictions: readonly (keyof Restrictions)[];
  /** What the provider calls that which a key's tenant is; `tenant` when absent. */
  readonly tenantWord?: "application";
  /** What the document calls a kind of key where it has a word of its own. */
  readonly kindWords?: Readonly<Partial<Record<KeyKind, string>>>;
  /** The kind that a tenant may have only one live key of in each environment; null if there is none. */
  readonly onePerTenant: KeyKind | null;
  readonly operations: {
    readonly create: Operation<Body<CreateKey>, Body<IssuedKey, { id: string; secret: Secret }>>;
    /** Shows one key, whatever its state. */
    readonly show: Operation<null, Body<ManagedKey, RemoteKey>>;
    readonly list: Operation<null, Body<readonly ManagedKey[], readonly RemoteKey[]>>;
    readonly rotate: Operation<null, Body<RotatedKey, { id: string; secret: Secret; graceSeconds: number }>>;
    readonly revoke: Operation<null, Body<RevokedKey, RevokeAnswer>>;
    readonly lookup: Operation<Body<{ fingerprint: Fingerprint }>, Body<FoundKey, LookupAnswer>>;
  };
  readonly failure: {
    readonly contentType: string;
    readonly body: Body<Failure, { code: string; message: string }>;
  };
  readonly permissions: PermissionRules;
  /** What the provider's document lets its customers watch; absent where it says nothing of it. */
  readonly monitoring?: DialectMonitoring;
  readonly samples: readonly SampleEndpoint[];
  /** The best sample to check whether a key works. */
  readonly sample: { readonly method: "GET" | "POST"; readonly path: string };
}
