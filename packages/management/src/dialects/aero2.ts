import { aero2 as profile, Secret } from "@keywarden/key-format";
import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { CreateKey, Dialect, Failure, FoundKey, IssuedKey, RotatedKey } from "./dialect.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import { nameSchema, secretStateSchema, timestampSchema } from "../schemas/vocabulary.ts";
import { keyOperations } from "./key-operations.ts";
import { lookupRequest } from "./lookup-request.ts";
import { profileWords } from "./profile-labels.ts";
import { readRestrictions, restrictionSchemas } from "./restriction-fields.ts";
import { revokeAnswer } from "./revoke-answer.ts";

const words = profileWords(profile);
const { application_id } = restrictionSchemas;
const typeSchema = z.enum(["publishable", "secret"]);

const applicationKeySchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: typeSchema,
  prefix: z.enum(words.prefixes),
  last_four: z.string(),
  created_at: timestampSchema,
  last_used_at: timestampSchema.nullable(),
  application_id,
});
type ApplicationKey = z.infer<typeof applicationKeySchema>;

const writeKey = (key: ManagedKey): ApplicationKey => ({
  id: key.id,
  name: key.name,
  type: key.kind === "publishable" ? "publishable" : "secret",
  prefix: key.prefix,
  last_four: key.lastFour,
  created_at: key.createdAt,
  last_used_at: key.lastUsedAt,
  ...(key.restrictions?.tenant !== undefined && { application_id: key.restrictions.tenant }),
});

const readKey = (wire: ApplicationKey): RemoteKey => ({
  id: wire.id,
  name: wire.name,
  prefix: wire.prefix,
  kind: wire.type,
  environment: words.describePrefix(wire.prefix).environment,
  createdAt: wire.created_at,
  lastUsedAt: wire.last_used_at,
  lastFour: wire.last_four,
  ...readRestrictions(wire),
});

/**
 * Aero2's document names the operations but no routes: an application has publishable and secret keys, all of them
 * live because each environment is its own application, and a rotated key keeps working for 24 hours.
 */
export const aero2Dialect: Dialect = {
  id: "aero2",
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
  restrictions: ["tenant"],
  tenantWord: "application",
  onePerTenant: null,
  operations: keyOperations("/v1/api-keys", {
    documented: [],
    create: {
      request: makeBody(z.strictObject({ name: nameSchema, type: typeSchema, application_id }), {
        write: ({ name, kind, restrictions }: CreateKey) => ({
          ...(restrictions?.tenant !== undefined && { application_id: restrictions.tenant }),
          name,
          type: kind === "publishable" ? ("publishable" as const) : ("secret" as const),
        }),
        read: ({ name, type, ...rest }): CreateKey => ({
          ...readRestrictions(rest),
          name,
          kind: type,
          environment: "production",
        }),
      }),
      response: makeBody(applicationKeySchema.extend({ key: z.string().min(1) }), {
        write: ({ key, secret }: IssuedKey) => ({ ...writeKey(key), key: secret.reveal() }),
        read: ({ id, key }) => ({ id, secret: new Secret(key) }),
      }),
    },
    show: makeBody(applicationKeySchema, { write: writeKey, read: readKey }),
    list: makeBody(z.object({ keys: z.array(applicationKeySchema) }), {
      write: (keys: readonly ManagedKey[]) => ({ keys: keys.map(writeKey) }),
      read: ({ keys }): readonly RemoteKey[] => keys.map(readKey),
    }),
    rotate: makeBody(
      applicationKeySchema.extend({
        key: z.string().min(1),
        previous_key: z.object({
          expires_at: timestampSchema.nullable(),
          expires_in_seconds: z.number().nonnegative(),
        }),
      }),
      {
        write: ({ key, secret, graceSeconds, graceUntil }: RotatedKey) => ({
          ...writeKey(key),
          key: secret.reveal(),
          previous_key: { expires_at: graceUntil, expires_in_seconds: graceSeconds },
        }),
        read: ({ id, key, previous_key }) => ({
          id,
          secret: new Secret(key),
          graceSeconds: previous_key.expires_in_seconds,
        }),
      },
    ),
    revoke: revokeAnswer,
    lookup: {
      request: lookupRequest,
      response: makeBody(
        z.object({ key: applicationKeySchema.extend({ status: secretStateSchema }).nullable() }),
        {
          write: (answer: FoundKey) => ({
            key: answer.found ? { ...writeKey(answer.key), status: answer.state } : null,
          }),
          read: ({ key }): LookupAnswer =>
            key === null ? { found: false } : { found: true, key: { ...readKey(key), state: key.status } },
        },
      ),
    },
  }),
  failure: {
    contentType: "application/json; charset=utf-8",
    body: makeBody(z.object({ error: z.string(), message: z.string() }), {
      write: ({ code, message }: Failure) => ({ error: code, message }),
      read: ({ error, message }) => ({ code: error, message }),
    }),
  },
  permissions: { known: [], carriers: [], defaults: {}, limits: {}, manageKeys: null },
  samples: [
    {
      method: "GET",
      path: "/v1/application",
      status: 200,
      summary: "Show the application that the key belongs to",
      documented: false,
      kinds: ["secret", "publishable"],
      permission: null,
      request: null,
      response: z.object({
        id: z.string(),
        name: z.string(),
        users: z.int().optional(),
        roles: z.array(z.string()).optional(),
      }),
      // A publishable key identifies the application and sees nothing else of it.
      answer: ({ key: { kind, restrictions } }) => ({
        id: restrictions.tenant ?? "app_sample",
        name: "Sample Application",
        ...(kind !== "publishable" && { users: 0, roles: ["admin", "member"] }),
      }),
    },
  ],
  sample: { method: "GET", path: "/v1/application" },
};
