import * as z from "zod";
import { timestampSchema } from "../schemas/vocabulary.ts";

const rotationIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z_-]{8,64}$/, "must be 8 to 64 letters, digits, dashes and underscores");

export const rotationStageSchema = z.enum([
  "planned",
  "create",
  "deliver",
  "verify",
  "wait",
  "revoke",
  "sweep",
]);
/** What a rotation is about to do; `wait` is for the end of the grace period. */
export type RotationStage = z.infer<typeof rotationStageSchema>;

const leaseSecondsSchema = z.int().min(1).max(86_400);

/** Of which no text is wrong but one that nothing stored can have. */
const keyIdSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "must not contain control characters");

export const beginRotationSchema = z.strictObject({
  /** Chosen by whoever carries the rotation out; the same one again renews its lease. */
  id: rotationIdSchema,
  keyId: keyIdSchema,
  /** Sorts of sinks, such as `env` or `vault`; where they are is nobody's business here. */
  sinks: z.array(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)).max(100),
  /** So long nobody else begins a rotation of the key. */
  leaseSeconds: leaseSecondsSchema.default(900),
});
export type BeginRotation = z.input<typeof beginRotationSchema>;

/** Times are seconds from now on, so that the caller's clock decides nothing. */
export const changeRotationSchema = z.strictObject({
  step: rotationStageSchema.optional(),
  /** The key that was made, or the key itself where its secret was replaced. */
  successorId: keyIdSchema.optional(),
  /** The code of what stopped it; `null` once it goes on. */
  failure: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,99}$/)
    .nullable()
    .optional(),
  /** How long the old secret still works; the lease then lasts longer than that. */
  deadlineSeconds: z
    .number()
    .nonnegative()
    .max(366 * 86_400)
    .nullable()
    .optional(),
  leaseSeconds: leaseSecondsSchema.default(900),
  /** Ends it. */
  outcome: z.enum(["done", "abandoned"]).optional(),
});
export type ChangeRotation = z.input<typeof changeRotationSchema>;

/** A rotation that somebody carries out, or carried out. */
export const rotationRecordSchema = z.object({
  id: z.string(),
  keyId: z.string(),
  keyName: z.string(),
  provider: z.string(),
  successorId: z.string().nullable(),
  step: rotationStageSchema,
  sinks: z.array(z.string()).readonly(),
  failure: z.string().nullable(),
  deadline: timestampSchema.nullable(),
  /** How long the old secret still works; null where that is not known yet, 0 once it has ended. */
  deadlineSeconds: z.number().nonnegative().nullable(),
  leaseUntil: timestampSchema,
  /** Whether its lease holds: nobody else begins one for the key. */
  isLeased: z.boolean(),
  startedAt: timestampSchema,
  startedBy: z.string(),
  changedAt: timestampSchema,
  endedAt: timestampSchema.nullable(),
  /** `lapsed`: its lease was over when somebody else began. */
  outcome: z.enum(["done", "abandoned", "lapsed"]).nullable(),
});
export type RotationRecord = z.infer<typeof rotationRecordSchema>;

export const rotationQuerySchema = z.strictObject({
  state: z.enum(["open", "ended", "all"]).default("open"),
  key: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type RotationQuery = z.infer<typeof rotationQuerySchema>;

/** Newest first. */
export const rotationListSchema = z.object({
  rotations: z.array(rotationRecordSchema).readonly(),
  total: z.int(),
});
