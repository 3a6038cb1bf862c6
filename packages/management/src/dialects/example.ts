import { example as profile, Secret } from "@keywarden/key-format";
import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { CreateKey, Dialect, Failure, FoundKey, IssuedKey, RevokedKey, RotatedKey } from "./dialect.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import { nameSchema, secretStateSchema, timestampSchema } from "../schemas/vocabulary.ts";
import { keyOperations } from "./key-operations.ts";
import { lookupRequest } from "./lookup-request.ts";
import { profileWords } from "./profile-labels.ts";
import { readRestrictions, restrictionSchemas, writeRestrictions } from "./restriction-fields.ts";

const words = profileWords(profile);
const { ip_ranges, referrers, endpoints, rate_limits } = restrictionSchemas;

const listedKeySchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  prefix: z.enum(words.prefixes),
  created_at: timestampSchema,
  last_used: timestampSchema.nullable(),
});

// The document prints a listed key field by field; only where it prints nothing is there room for the restrictions.
const shownKeySchema = listedKeySchema.extend({
  environment: z.enum(words.labels).optional(),
  last_four: z.string().optional(),
  ip_ranges,
  referrers,
  endpoints,
  rate_limits,
});
type ShownKey = z.infer<typeof shownKeySchema>;
type ListedKey = z.infer<typeof listedKeySchema>;

const success = <Data extends z.ZodType>(data: Data) => z.object({ success: z.literal(true), data });

const writeKey = (key: ManagedKey): ListedKey => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  created_at: key.createdAt,
  last_used: key.lastUsedAt,
});

const readKey = (wire: ListedKey): RemoteKey => {
  const { kind, environment } = words.describePrefix(wire.prefix);
  return {
    id: wire.id,
    name: wire.name,
    prefix: wire.prefix,
    kind,
    environment,
    createdAt: wire.created_at,
    lastUsedAt: wire.last_used,
  };
};

const writeShown = (key: ManagedKey): ShownKey => ({
  ...writeKey(key),
  environment: key.label,
  last_four: key.lastFour,
  ...writeRestrictions(key.restrictions),
});

const readShown = (wire: ShownKey): RemoteKey => ({
  ...readKey(wire),
  ...(wire.last_four !== undefined && { lastFour: wire.last_four }),
  ...readRestrictions(wire),
});

const REVOKED = "API key revoked successfully";
const ALREADY_REVOKED = "API key was already revoked";

/** Example's document: every body is `{success, data}` or `{success, message}`; list and delete are given in full. */
export const exampleDialect: Dialect = {
  id: "example",
  // The document promises nothing of Idempotency-Key, and its bodies have no room for a generation.
  // It prints the list field by field, and restrictions are not among them.
  capabilities: {
    list: true,
    lookup: true,
    lastUse: true,
    permissions: true,
    restrictions: false,
    generations: false,
    idempotencyKey: false,
  },
  restrictions: ["ipRanges", "referrers", "endpoints", "rateLimits"],
  onePerTenant: null,
  operations: keyOperations("/v1/api-keys", {
    documented: ["list", "revoke"],
    create: {
      request: makeBody(
        z.strictObject({
          name: nameSchema,
          environment: z.enum(words.labels),
          ip_ranges,
          referrers,
          endpoints,
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
      response: makeBody(success(shownKeySchema.extend({ key: z.string().min(1) })), {
        write: ({ key, secret }: IssuedKey) => ({
          success: true as const,
          data: { ...writeShown(key), key: secret.reveal() },
        }),
        read: ({ data }) => ({ id: data.id, secret: new Secret(data.key) }),
      }),
    },
    show: makeBody(success(shownKeySchema), {
      write: (key: ManagedKey) => ({ success: true as const, data: writeShown(key) }),
      read: ({ data }): RemoteKey => readShown(data),
    }),
    list: makeBody(success(z.array(listedKeySchema)), {
      write: (keys: readonly ManagedKey[]) => ({ success: true as const, data: keys.map(writeKey) }),
      read: ({ data }): readonly RemoteKey[] => data.map(readKey),
    }),
    rotate: makeBody(
      success(
        z.object({
          id: z.string().min(1),
          key: z.string().min(1),
          grace_period_seconds: z.number().nonnegative(),
          old_key_expires_at: timestampSchema.nullable(),
        }),
      ),
      {
        write: ({ key, secret, graceSeconds, graceUntil }: RotatedKey) => ({
          success: true as const,
          data: {
            id: key.id,
            key: secret.reveal(),
            grace_period_seconds: graceSeconds,
            old_key_expires_at: graceUntil,
          },
        }),
        read: ({ data }) => ({
          id: data.id,
          secret: new Secret(data.key),
          graceSeconds: data.grace_period_seconds,
        }),
      },
    ),
    revoke: makeBody(z.object({ success: z.literal(true), message: z.string() }), {
      write: ({ outcome }: RevokedKey) => ({
        success: true as const,
        message: outcome === "revoked" ? REVOKED : ALREADY_REVOKED,
      }),
      read: ({ message }) => ({ outcome: message === ALREADY_REVOKED ? "already-revoked" : "revoked" }),
    }),
    lookup: {
      request: lookupRequest,
      response: makeBody(success(shownKeySchema.extend({ status: secretStateSchema }).nullable()), {
        write: (answer: FoundKey) => ({
          success: true as const,
          data: answer.found ? { ...writeShown(answer.key), status: answer.state } : null,
        }),
        read: ({ data }): LookupAnswer =>
          data === null ? { found: false } : { found: true, key: { ...readShown(data), state: data.status } },
      }),
    },
  }),
  failure: {
    contentType: "application/json; charset=utf-8",
    body: makeBody(z.object({ success: z.literal(false), error: z.string(), message: z.string() }), {
      write: ({ code, message }: Failure) => ({ success: false as const, error: code, message }),
      read: ({ error, message }) => ({ code: error, message }),
    }),
  },
  permissions: { known: [], carriers: [], defaults: {}, limits: {}, manageKeys: null },
  samples: [
    {
      method: "GET",
      path: "/v1/users/{id}",
      status: 200,
      summary: "Show a user",
      documented: true,
      kinds: ["secret"],
      permission: null,
      request: null,
      response: success(z.object({ id: z.string(), name: z.string() })),
      answer: ({ params }) => ({ success: true, data: { id: params["id"], name: "Sample User" } }),
    },
  ],
  sample: { method: "GET", path: "/v1/users/{id}" },
};
