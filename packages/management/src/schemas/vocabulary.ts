import * as z from "zod";
import { environmentWords } from "./environment-words.ts";
import { tokenRoles } from "./token-roles.ts";

export const keyKindSchema = z.enum(["secret", "publishable", "restricted"]);
export const environmentSchema = z.enum(["production", "sandbox", "development"]);

/** An environment in a request, by its name or by the label that keys have for it. */
export const environmentWordSchema = z
  .enum(Object.keys(environmentWords) as (keyof typeof environmentWords)[])
  .transform((word) => environmentWords[word]);

/** State of one key: derived from its timestamps when it is read, never stored. */
export const keyStateSchema = z.enum(["active", "disabled", "revoked", "expired"]);
export type KeyState = z.infer<typeof keyStateSchema>;

/** The rotation state of a key, by its provider's policy. */
export const rotationStateSchema = z.enum(["fresh", "due", "overdue", "in-grace", "revoked", "expired"]);

/** State of the one secret that a fingerprint names; `grace` means replaced but still accepted, `disabled` that it may be enabled again. */
export const secretStateSchema = z.enum(["active", "grace", "disabled", "revoked", "expired"]);
export type SecretState = z.infer<typeof secretStateSchema>;

export const revokeOutcomeSchema = z.enum(["revoked", "already-revoked"]);
export type RevokeOutcome = z.infer<typeof revokeOutcomeSchema>;

export const roleSchema = z.enum(tokenRoles);
export type Role = z.infer<typeof roleSchema>;

export const fingerprintSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the whole key as 64 lower-case hex digits");

/** A person's label for a key or token: 1 to 100 characters, at least one to be seen, none of them control or bidirectional-override characters. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, { error: "must not be empty", abort: true })
  .max(100, "must be at most 100 characters")
  .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, "must not contain control characters")
  .regex(/[^\p{C}\p{Z}]/u, "must have a visible character");

export const timestampSchema = z.iso.datetime({ offset: true });
