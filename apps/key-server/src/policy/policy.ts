import type { HygieneSettings } from "@keywarden/hygiene";
import { parseRecipient } from "@keywarden/management";
import * as z from "zod";

const days = z.int().min(1).max(3650);
const hygieneSchema = z.strictObject({
  preset: z.enum(["default90", "cis45"]).optional(),
  rotateEveryDays: days.optional(),
  dueBeforeDays: days.optional(),
  dormantAfterDays: days.optional(),
});

/** Which keys are rotated, and to whom their new text is sealed: the server alone could not hand it over. */
const rotationSchema = z.strictObject({
  provider: z.string(),
  owner: z.string().optional(),
  sealTo: z
    .string()
    .refine(
      (text) => parseRecipient(text) !== null,
      "is not a recipient such as x25519 <base64 of 32 bytes>",
    ),
});

/** What the server does by itself, as `--policy` says it. */
export const policySchema = z.strictObject({
  /** Without it everything is worked out and shown, and nothing is done. */
  armed: z.boolean().default(false),
  everyMinutes: z.int().min(1).max(1440).default(60),
  hygiene: hygieneSchema.default({}),
  /** Days between a warning and what it warns of. */
  noticeDays: days.default(7),
  warnOfRotation: z.boolean().default(false),
  disableDormant: z.boolean().default(false),
  /** Members who have left: their keys get another owner. */
  departed: z.array(z.string().min(1)).readonly().default([]),
  rotate: z.array(rotationSchema).readonly().default([]),
  purgeRevokedAfterDays: days.nullable().default(null),
});

export interface Policy extends Omit<z.infer<typeof policySchema>, "hygiene"> {
  readonly hygiene: HygieneSettings;
}
