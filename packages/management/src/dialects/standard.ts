import { Secret } from "@keywarden/key-format";
import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { CreateKey, Dialect, Failure, FoundKey, IssuedKey, RevokedKey, RotatedKey } from "./dialect.ts";
import { managedKeySchema, type ManagedKey } from "../schemas/managed-key.ts";
import {
  issuedKeySchema,
  lookupAnswerSchema,
  problemSchema,
  revokedKeySchema,
  rotatedKeySchema,
} from "../operator/operator-api.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import { restrictionsSchema } from "../schemas/restrictions.ts";
import {
  environmentSchema,
  environmentWordSchema,
  keyKindSchema,
  nameSchema,
} from "../schemas/vocabulary.ts";
import { keyOperations } from "./key-operations.ts";
import { lookupRequest } from "./lookup-request.ts";

const readKey = (key: ManagedKey): RemoteKey => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  environment: key.environment,
  kind: key.kind,
  createdAt: key.createdAt,
  lastUsedAt: key.lastUsedAt,
  lastFour: key.lastFour,
  permissions: key.permissions,
  ...(key.restrictions !== undefined && { restrictions: key.restrictions }),
  more: {
    generation: key.generation,
    secretCreatedAt: key.secretCreatedAt,
    trackingSince: key.trackingSince,
    expiresAt: key.expiresAt,
    grace: key.grace,
  },
});

/** The dialect of a provider that the user defines: Keywarden's own words, the same objects as the operator API. */
export const standard: Dialect = {
  id: "standard",
  capabilities: {
    list: true,
    lookup: true,
    lastUse: true,
    permissions: true,
    restrictions: true,
    generations: true,
    idempotencyKey: true,
  },
  restrictions: ["product", "tenant", "projectTags", "ipRanges", "referrers", "endpoints", "rateLimits"],
  onePerTenant: null,
  operations: keyOperations("/v1/api-keys", {
    documented: [],
    create: {
      request: makeBody(
        z.strictObject({
          name: nameSchema,
          kind: keyKindSchema,
          environment: environmentWordSchema,
          permissions: z.array(z.string().min(1).max(100)).max(100).readonly().optional(),
          restrictions: restrictionsSchema.optional(),
        }),
        {
          write: (input: CreateKey) => input,
          read: (wire): CreateKey => wire,
        },
      ),
      response: makeBody(issuedKeySchema, {
        write: ({ key, secret }: IssuedKey) => ({ key, secret: secret.reveal() }),
        read: ({ key, secret }) => ({ id: key.id, secret: new Secret(secret) }),
      }),
    },
    show: makeBody(managedKeySchema, { write: (key: ManagedKey) => key, read: readKey }),
    list: makeBody(z.object({ keys: z.array(managedKeySchema) }), {
      write: (keys: readonly ManagedKey[]) => ({ keys: [...keys] }),
      read: ({ keys }): readonly RemoteKey[] => keys.map(readKey),
    }),
    rotate: makeBody(rotatedKeySchema, {
      write: (rotated: RotatedKey) => ({ ...rotated, secret: rotated.secret.reveal() }),
      read: ({ key, secret, graceSeconds }) => ({ id: key.id, secret: new Secret(secret), graceSeconds }),
    }),
    revoke: makeBody(revokedKeySchema, {
      write: (revoked: RevokedKey) => revoked,
      read: ({ key, outcome }) => ({ id: key.id, outcome }),
    }),
    lookup: {
      request: lookupRequest,
      response: makeBody(lookupAnswerSchema, {
        write: (answer: FoundKey) =>
          answer.found
            ? { found: true as const, key: answer.key, secretState: answer.state }
            : { found: false as const },
        read: (answer): LookupAnswer =>
          answer.found ? { found: true, key: { ...readKey(answer.key), state: answer.secretState } } : answer,
      }),
    },
  }),
  failure: {
    contentType: "application/problem+json",
    body: makeBody(problemSchema, {
      write: ({ status, code, message }: Failure) => ({
        type: "about:blank",
        title: code,
        status,
        code,
        detail: message,
      }),
      read: ({ code, detail }) => ({ code, message: detail }),
    }),
  },
  permissions: {
    known: null,
    carriers: ["secret", "restricted"],
    defaults: { restricted: [] },
    limits: {},
    manageKeys: null,
  },
  samples: [
    {
      method: "GET",
      path: "/v1/whoami",
      status: 200,
      summary: "Show the key that sends the request",
      documented: false,
      kinds: ["secret", "publishable", "restricted"],
      permission: null,
      request: null,
      response: z.object({
        id: z.string(),
        name: z.string(),
        kind: keyKindSchema,
        environment: environmentSchema,
        label: z.string(),
      }),
      answer: ({ key: { restrictions: _bounds, ...key } }) => key,
    },
  ],
  sample: { method: "GET", path: "/v1/whoami" },
};
