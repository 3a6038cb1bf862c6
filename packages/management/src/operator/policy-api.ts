import * as z from "zod";
import { timestampSchema } from "../schemas/vocabulary.ts";

const actSchema = z.object({
  act: z.enum(["warn-of-rotation", "warn-of-disabling", "ask-for-owner", "disable", "rotate"]),
  key: z.object({ id: z.string(), name: z.string(), provider: z.string(), owner: z.string().nullable() }),
  /** What the act tells of: when a key is due for rotation, or will be disabled. */
  deadline: timestampSchema.nullable(),
});

/** What the server's policy is, and what its last run did, or would do where it is not armed. */
export const policyStateSchema = z.object({
  isConfigured: z.boolean(),
  isArmed: z.boolean(),
  everyMinutes: z.number().nullable(),
  lastRun: z
    .object({
      at: timestampSchema,
      /** Whether these acts were done; else they would be. */
      isArmed: z.boolean(),
      acts: z.array(actSchema).readonly(),
      /** All of them; `acts` has the first thousand. */
      count: z.number(),
      /** Revoked keys that were, or would be, purged. */
      purged: z.number(),
      /** Keys of which something failed; the next run tries again. */
      failed: z.number(),
      /** Keys of providers that the server does not know, whose age and silence it judges for no act. */
      unjudged: z.number(),
    })
    .nullable(),
});
export type PolicyState = z.infer<typeof policyStateSchema>;

/** The new secret of a key that policy rotated, sealed to whom the policy says. */
export const sealedSecretSchema = z.object({
  keyId: z.string(),
  generation: z.number(),
  sealed: z.string(),
});
export type SealedSecret = z.infer<typeof sealedSecretSchema>;
