import { azotte as profile, Secret } from "@keywarden/key-format";
import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { CreateKey, Dialect, Failure, FoundKey, IssuedKey, RevokedKey, RotatedKey } from "./dialect.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import { nameSchema, secretStateSchema, timestampSchema } from "../schemas/vocabulary.ts";
import { azotteMonitoring } from "./azotte-monitoring.ts";
import { keyOperations } from "./key-operations.ts";
import { lookupRequest } from "./lookup-request.ts";
import { profileWords } from "./profile-labels.ts";
import { readRestrictions, restrictionSchemas, writeRestrictions } from "./restriction-fields.ts";

const words = profileWords(profile);
const { tenant_id, rate_limits } = restrictionSchemas;
const typeSchema = z.enum(["publishable", "secret"]);

const readPermissions = ["subscriptions:read", "customers:read", "bundles:read", "analytics:read"] as const;
const writePermissions = [
  "subscriptions:write",
  "customers:write",
  "payments:process",
  "campaigns:manage",
] as const;
const administrativePermissions = [
  "api_keys:manage",
  "webhooks:configure",
  "audit_logs:read",
  "team:manage",
] as const;
const knownPermissions = [...readPermissions, ...writePermissions, ...administrativePermissions];

const portalKeySchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: typeSchema,
  environment: z.enum(words.labels),
  prefix: z.enum(words.prefixes),
  permissions: z.array(z.string()).readonly(),
  created_at: timestampSchema,
  last_used_at: timestampSchema.nullable(),
  tenant_id,
  rate_limits,
});
type PortalKey = z.infer<typeof portalKeySchema>;

const writeKey = (key: ManagedKey): PortalKey => ({
  id: key.id,
  name: key.name,
  type: key.kind === "publishable" ? "publishable" : "secret",
  environment: key.label,
  prefix: key.prefix,
  permissions: key.permissions ?? [],
  created_at: key.createdAt,
  last_used_at: key.lastUsedAt,
  ...writeRestrictions(key.restrictions),
});

const readKey = (wire: PortalKey): RemoteKey => ({
  id: wire.id,
  name: wire.name,
  prefix: wire.prefix,
  kind: wire.type,
  environment: words.environmentOf(wire.environment),
  createdAt: wire.created_at,
  lastUsedAt: wire.last_used_at,
  permissions: wire.permissions,
  ...readRestrictions(wire),
});

/** Azotte's document: generate with type and permissions in dev or live, deactivate the old key after the transition. */
export const azotteDialect: Dialect = {
  id: "azotte",
  // The document promises nothing of Idempotency-Key, and its bodies have no room for a generation.
  capabilities: {
    list: true,
    lookup: true,
    lastUse: true,
    permissions: true,
    restrictions: true,
    generations: false,
    idempotencyKey: false,
  },
  restrictions: ["tenant", "rateLimits"],
  onePerTenant: null,
  operations: keyOperations("/v1/api-keys", {
    documented: [],
    create: {
      request: makeBody(
        z.strictObject({
          name: nameSchema,
          type: typeSchema,
          environment: z.enum(words.labels),
          permissions: z.array(z.enum(knownPermissions)).readonly().optional(),
          tenant_id,
          rate_limits,
        }),
        {
          write: ({ name, kind, environment, permissions, restrictions }: CreateKey) => ({
            ...writeRestrictions(restrictions),
            name,
            type: kind === "publishable" ? ("publishable" as const) : ("secret" as const),
            environment: words.labelOf(environment),
            // The reader's schema judges the words: a client must be able to ask for one that this release lacks.
            ...(permissions && { permissions: permissions as typeof knownPermissions }),
          }),
          read: ({ name, type, environment, permissions, ...rest }): CreateKey => ({
            ...readRestrictions(rest),
            name,
            kind: type,
            environment: words.environmentOf(environment),
            permissions,
          }),
        },
      ),
      response: makeBody(portalKeySchema.extend({ key: z.string().min(1) }), {
        write: ({ key, secret }: IssuedKey) => ({ ...writeKey(key), key: secret.reveal() }),
        read: ({ id, key }) => ({ id, secret: new Secret(key) }),
      }),
    },
    show: makeBody(z.object({ data: portalKeySchema }), {
      write: (key: ManagedKey) => ({ data: writeKey(key) }),
      read: ({ data }): RemoteKey => readKey(data),
    }),
    list: makeBody(z.object({ data: z.array(portalKeySchema) }), {
      write: (keys: readonly ManagedKey[]) => ({ data: keys.map(writeKey) }),
      read: ({ data }): readonly RemoteKey[] => data.map(readKey),
    }),
    rotate: makeBody(
      portalKeySchema.extend({
        key: z.string().min(1),
        transition: z.object({ seconds: z.number().nonnegative(), ends_at: timestampSchema.nullable() }),
      }),
      {
        write: ({ key, secret, graceSeconds, graceUntil }: RotatedKey) => ({
          ...writeKey(key),
          key: secret.reveal(),
          transition: { seconds: graceSeconds, ends_at: graceUntil },
        }),
        read: ({ id, key, transition }) => ({
          id,
          secret: new Secret(key),
          graceSeconds: transition.seconds,
        }),
      },
    ),
    revoke: makeBody(z.object({ id: z.string(), active: z.literal(false), was_active: z.boolean() }), {
      write: ({ key, outcome }: RevokedKey) => ({
        id: key.id,
        active: false as const,
        was_active: outcome === "revoked",
      }),
      read: ({ id, was_active }) => ({ id, outcome: was_active ? "revoked" : "already-revoked" }),
    }),
    lookup: {
      request: lookupRequest,
      response: makeBody(
        z.object({ data: portalKeySchema.extend({ status: secretStateSchema }).nullable() }),
        {
          write: (answer: FoundKey) => ({
            data: answer.found ? { ...writeKey(answer.key), status: answer.state } : null,
          }),
          read: ({ data }): LookupAnswer =>
            data === null ? { found: false } : { found: true, key: { ...readKey(data), state: data.status } },
        },
      ),
    },
  }),
  failure: {
    contentType: "application/json; charset=utf-8",
    body: makeBody(z.object({ error: z.object({ type: z.string(), message: z.string() }) }), {
      write: ({ code, message }: Failure) => ({ error: { type: code, message } }),
      read: ({ error }) => ({ code: error.type, message: error.message }),
    }),
  },
  permissions: {
    known: knownPermissions,
    carriers: ["secret", "publishable"],
    // "Full read/write access" is the document's word for a secret key: managing keys is a permission apart.
    defaults: { secret: [...readPermissions, ...writePermissions], publishable: ["bundles:read"] },
    limits: { publishable: ["bundles:read"] },
    manageKeys: "api_keys:manage",
  },
  monitoring: azotteMonitoring,
  samples: [
    {
      method: "GET",
      path: "/v1/bundles",
      status: 200,
      summary: "List bundles and pricing",
      documented: false,
      kinds: ["secret", "publishable"],
      // Public data: what the document lets a publishable key read.
      permission: "bundles:read",
      request: null,
      response: z.object({ data: z.array(z.unknown()) }),
      answer: () => ({ data: [] }),
    },
    {
      method: "GET",
      path: "/v1/subscriptions",
      status: 200,
      summary: "List subscriptions",
      documented: false,
      kinds: ["secret"],
      permission: "subscriptions:read",
      request: null,
      response: z.object({ data: z.array(z.unknown()) }),
      answer: () => ({ data: [] }),
    },
  ],
  sample: { method: "GET", path: "/v1/bundles" },
};
