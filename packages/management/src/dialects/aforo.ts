import { aforo as profile, Secret } from "@keywarden/key-format";
import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { CreateKey, Dialect, Failure, FoundKey, IssuedKey, RotatedKey } from "./dialect.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import { nameSchema, secretStateSchema, timestampSchema } from "../schemas/vocabulary.ts";
import { aforoMonitoring } from "./aforo-monitoring.ts";
import { keyOperations } from "./key-operations.ts";
import { lookupRequest } from "./lookup-request.ts";
import { profileWords } from "./profile-labels.ts";
import { readRestrictions, restrictionSchemas, writeRestrictions } from "./restriction-fields.ts";
import { revokeAnswer } from "./revoke-answer.ts";

const words = profileWords(profile);
const { product, ip_ranges, rate_limits } = restrictionSchemas;

const apiKeySchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  environment: z.enum(words.labels),
  prefix: z.enum(words.prefixes),
  last_four: z.string(),
  created_at: timestampSchema,
  last_used_at: timestampSchema.nullable(),
  product,
  ip_ranges,
  rate_limits,
});
type ApiKey = z.infer<typeof apiKeySchema>;

const writeKey = (key: ManagedKey): ApiKey => ({
  id: key.id,
  name: key.name,
  environment: key.label,
  prefix: key.prefix,
  last_four: key.lastFour,
  created_at: key.createdAt,
  last_used_at: key.lastUsedAt,
  ...writeRestrictions(key.restrictions),
});

const readKey = (wire: ApiKey): RemoteKey => ({
  id: wire.id,
  name: wire.name,
  prefix: wire.prefix,
  ...kindAndEnvironment(wire.prefix),
  createdAt: wire.created_at,
  lastUsedAt: wire.last_used_at,
  lastFour: wire.last_four,
  ...readRestrictions(wire),
});

const kindAndEnvironment = (prefix: string) => {
  const { kind, environment } = words.describePrefix(prefix);
  return { kind, environment };
};

/** Aforo's document: `POST /api/v1/api-keys {name, environment}` answers `{key, id}`; the rest is in its style. */
export const aforoDialect: Dialect = {
  id: "aforo",
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
  restrictions: ["product", "ipRanges", "rateLimits"],
  onePerTenant: null,
  operations: keyOperations("/api/v1/api-keys", {
    documented: ["create", "revoke"],
    create: {
      request: makeBody(
        z.strictObject({
          name: nameSchema,
          environment: z.enum(words.labels),
          product,
          ip_ranges,
          rate_limits,
        }),
        {
          write: ({ name, environment, restrictions }: CreateKey) => ({
            name,
            environment: words.labelOf(environment),
            ...writeRestrictions(restrictions),
          }),
          read: ({ name, environment, ...rest }): CreateKey => ({
            ...readRestrictions(rest),
            name,
            kind: "secret",
            environment: words.environmentOf(environment),
          }),
        },
      ),
      response: makeBody(z.object({ key: z.string().min(1), id: z.string().min(1) }), {
        write: ({ key, secret }: IssuedKey) => ({ key: secret.reveal(), id: key.id }),
        read: ({ key, id }) => ({ id, secret: new Secret(key) }),
      }),
    },
    show: makeBody(apiKeySchema, { write: writeKey, read: readKey }),
    list: makeBody(z.object({ api_keys: z.array(apiKeySchema) }), {
      write: (keys: readonly ManagedKey[]) => ({ api_keys: keys.map(writeKey) }),
      read: ({ api_keys }): readonly RemoteKey[] => api_keys.map(readKey),
    }),
    rotate: makeBody(
      z.object({
        key: z.string().min(1),
        id: z.string().min(1),
        grace_period_seconds: z.number().nonnegative(),
        old_key_valid_until: timestampSchema.nullable(),
      }),
      {
        write: ({ key, secret, graceSeconds, graceUntil }: RotatedKey) => ({
          key: secret.reveal(),
          id: key.id,
          grace_period_seconds: graceSeconds,
          old_key_valid_until: graceUntil,
        }),
        read: (wire) => ({
          id: wire.id,
          secret: new Secret(wire.key),
          graceSeconds: wire.grace_period_seconds,
        }),
      },
    ),
    revoke: revokeAnswer,
    lookup: {
      request: lookupRequest,
      response: makeBody(
        z.discriminatedUnion("found", [
          // One that is there all the same says that the answer contradicts itself.
          z.object({ found: z.literal(false), api_key: z.null().optional() }),
          z.object({ found: z.literal(true), api_key: apiKeySchema.extend({ status: secretStateSchema }) }),
        ]),
        {
          write: (answer: FoundKey) =>
            answer.found
              ? { found: true as const, api_key: { ...writeKey(answer.key), status: answer.state } }
              : { found: false as const },
          read: (wire): LookupAnswer =>
            wire.found
              ? { found: true, key: { ...readKey(wire.api_key), state: wire.api_key.status } }
              : { found: false },
        },
      ),
    },
  }),
  failure: {
    contentType: "application/json; charset=utf-8",
    body: makeBody(z.object({ error: z.object({ code: z.string(), message: z.string() }) }), {
      write: ({ code, message }: Failure) => ({ error: { code, message } }),
      read: ({ error }) => error,
    }),
  },
  permissions: { known: [], carriers: [], defaults: {}, limits: {}, manageKeys: null },
  monitoring: aforoMonitoring,
  samples: [
    {
      method: "GET",
      path: "/v1/entitlements/{customerId}",
      status: 200,
      summary: "Check a customer's entitlements",
      documented: true,
      kinds: ["secret"],
      permission: null,
      request: null,
      response: z.object({
        allowed: z.boolean(),
        plan: z.string(),
        remaining_quota: z.int(),
        quota_reset: timestampSchema,
      }),
      answer: ({ nowMs }) => ({
        allowed: true,
        plan: "pro",
        remaining_quota: 8420,
        quota_reset: startOfNextMonth(nowMs),
      }),
    },
    {
      method: "POST",
      path: "/v1/events",
      status: 202,
      summary: "Send a meter event",
      documented: true,
      kinds: ["secret"],
      permission: null,
      request: z.strictObject({
        customerId: z.string().min(1),
        metricId: z.string().min(1),
        quantity: z.number().positive(),
        timestamp: timestampSchema,
      }),
      response: z.object({ accepted: z.literal(true) }),
      answer: () => ({ accepted: true }),
    },
  ],
  sample: { method: "GET", path: "/v1/entitlements/{customerId}" },
};

function startOfNextMonth(nowMs: number): string {
  const now = new Date(nowMs);
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  return start.toISOString().replace(".000Z", "Z");
}
