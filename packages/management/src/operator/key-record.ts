import * as z from "zod";
import { keyMetadataSchema } from "../schemas/key-metadata.ts";
import { restrictionsSchema } from "../schemas/restrictions.ts";
import {
  environmentSchema,
  environmentWordSchema,
  fingerprintSchema,
  keyKindSchema,
  nameSchema,
  timestampSchema,
} from "../schemas/vocabulary.ts";

const actorSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, "must not contain control characters");

const idSchema = z
  .string()
  .regex(/^key_[\w.-]{1,96}$/, "must be key_ and up to 96 letters, digits, dots, dashes");
const prefixSchema = z.string().min(1).max(40);
const lastFourSchema = z.string().regex(/^[0-9A-Za-z_-]{0,4}$/, "must be at most the last four characters");
const tagsSchema = z.array(nameSchema).max(50).readonly();
const permissionsSchema = z.array(z.string().min(1).max(100)).max(100).readonly();

const secretRecordSchema = z.strictObject({
  generation: z.int().min(1),
  sha256: fingerprintSchema,
  prefix: prefixSchema,
  lastFour: lastFourSchema,
  createdAt: timestampSchema,
  createdBy: actorSchema,
  notBefore: timestampSchema,
  validUntil: timestampSchema.nullable(),
  revokedAt: timestampSchema.nullable(),
});

/** All that a server knows of a key, but no text of it: what an export has for each, oldest secret first. */
export const keyRecordSchema = z.strictObject({
  id: idSchema,
  provider: z.string().min(1),
  name: nameSchema,
  kind: keyKindSchema,
  environment: environmentSchema,
  label: z.string().min(1).max(40),
  owner: nameSchema.nullable(),
  tags: tagsSchema,
  permissions: permissionsSchema.nullable(),
  restrictions: restrictionsSchema.optional(),
  metadata: keyMetadataSchema.optional(),
  replaces: z.string().min(1).max(100).nullable().optional(),
  createdAt: timestampSchema,
  createdBy: actorSchema,
  expiresAt: timestampSchema.nullable(),
  revokedAt: timestampSchema.nullable(),
  revokedBy: actorSchema.nullable(),
  disabledAt: timestampSchema.nullable().optional(),
  disabledBy: actorSchema.nullable().optional(),
  lastUsedAt: timestampSchema.nullable(),
  lastDeniedAt: timestampSchema.nullable(),
  trackingSince: timestampSchema,
  secrets: z.array(secretRecordSchema).min(1).max(1000).readonly(),
});
export type KeyRecord = z.infer<typeof keyRecordSchema>;

/** A key to import: a record of an export, or as much of one as another system knows. The rest is as for a key made now. */
export const importedKeySchema = keyRecordSchema
  .partial()
  .required({ provider: true, name: true, environment: true, secrets: true })
  .extend({
    environment: environmentWordSchema,
    secrets: z
      .array(secretRecordSchema.partial().required({ sha256: true }))
      .min(1)
      .max(1000)
      .readonly(),
  });
export type ImportedKey = z.infer<typeof importedKeySchema>;

export const keyExportQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
  provider: z.string().optional(),
});
export type KeyExportQuery = z.infer<typeof keyExportQuerySchema>;

export const keyExportPageSchema = z.object({
  keys: z.array(keyRecordSchema),
  nextCursor: z.string().nullable(),
});

/** At most so many keys come in one request. */
export const mostImportedKeys = 5000;

export const keyImportSchema = z.strictObject({
  keys: z.array(importedKeySchema).max(mostImportedKeys),
  /** Only say what would happen. */
  dryRun: z.boolean().optional(),
});

/** Either all keys that were not there before are stored, or, when one is refused, none is. */
export const keyImportAnswerSchema = z.object({
  created: z.int(),
  /** Those that were there before: same id and hash. */
  existing: z.int(),
  refused: z.array(
    z.object({ index: z.int(), reason: z.enum(["invalid", "conflict"]), message: z.string() }),
  ),
});
export type KeyImportAnswer = z.infer<typeof keyImportAnswerSchema>;
