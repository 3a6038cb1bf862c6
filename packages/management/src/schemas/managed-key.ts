import * as z from "zod";
import { restrictionsSchema } from "./restrictions.ts";
import { keyMetadataSchema } from "./key-metadata.ts";
import { environmentSchema, keyKindSchema, keyStateSchema, timestampSchema } from "./vocabulary.ts";

/** One key as the operator API shows it: everything but the key text. Instants are ISO 8601, UTC. */
export const managedKeySchema = z.object({
  id: z.string().min(1),
  provider: z.string().min(1),
  name: z.string(),
  kind: keyKindSchema,
  environment: environmentSchema,
  label: z.string(),
  prefix: z.string(),
  lastFour: z.string(),
  generation: z.int().min(1),
  /** How often it was edited, disabled or enabled. With the generation it makes the ETag: `"2"`, after an edit `"2.1"`. */
  revision: z.int().min(0).default(0),
  state: keyStateSchema,
  createdAt: timestampSchema,
  secretCreatedAt: timestampSchema,
  lastUsedAt: timestampSchema.nullable(),
  trackingSince: timestampSchema,
  expiresAt: timestampSchema.nullable(),
  revokedAt: timestampSchema.nullable(),
  disabledAt: timestampSchema.nullable().default(null),
  grace: z.object({ until: timestampSchema, remainingSeconds: z.number().nonnegative() }).nullable(),
  owner: z.string().nullable(),
  tags: z.array(z.string()).readonly(),
  permissions: z.array(z.string()).readonly().nullable(),
  /** Absent when the key is bound to nothing. */
  restrictions: restrictionsSchema.optional(),
  /** What its owner wants to remember about it; absent when there is nothing. */
  metadata: keyMetadataSchema.optional(),
  /** The key that it was created to replace. */
  replaces: z.string().nullable().default(null),
});
export type ManagedKey = z.infer<typeof managedKeySchema>;
