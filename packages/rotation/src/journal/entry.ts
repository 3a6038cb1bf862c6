import { capabilitiesSchema, keyMetadataSchema, restrictionsSchema } from "@keywarden/management";
import * as z from "zod";
import { sealedSchema } from "../seal.ts";

const text = z.string();
const instant = z.number();

const keySchema = z.object({
  id: text,
  provider: text,
  name: text,
  kind: z.enum(["secret", "publishable", "restricted"]),
  environment: z.enum(["production", "sandbox", "development"]),
  prefix: text,
  lastFour: text,
  generation: z.int(),
  state: z.enum(["active", "disabled", "revoked", "expired"]),
  createdAt: text,
  secretCreatedAt: text,
  lastUsedAt: text.nullable(),
  trackingSince: text,
  expiresAt: text.nullable(),
  revokedAt: text.nullable(),
  grace: z.object({ until: text, remainingSeconds: z.number() }).nullable(),
  owner: text.nullable(),
  tags: z.array(text).readonly(),
  permissions: z.array(text).readonly().nullable(),
  restrictions: restrictionsSchema.optional(),
  metadata: keyMetadataSchema.optional(),
});

export const stepSchema = z.enum(["create", "deliver", "verify", "revoke", "sweep"]);
/** One thing that a rotation does to the world outside. */
export type RotationStep = z.infer<typeof stepSchema>;

const facts = {
  /** Everything that was decided; it cannot change later. */
  planned: {
    version: z.literal(1),
    rotation: text,
    server: text,
    /** From where relative sinks are meant. */
    directory: text,
    key: keySchema,
    // The name that they had when journals were first written.
    contract: capabilitiesSchema,
    /** Whose API is used; Keywarden's own if absent. */
    via: z.enum(["operator", "provider"]).optional(),
    /** Where the new key is tried; below the server when absent. */
    callUrl: text.optional(),
    /** Where the credential for the provider is; never the credential itself. */
    credential: text.optional(),
    graceSeconds: z.number().nonnegative(),
    successorName: text,
    sinks: z.array(text).readonly(),
  },
  /** About to do a step; without what follows, its outcome is unknown. */
  begin: {
    step: stepSchema,
    sink: text.optional(),
    expectedGeneration: z.int().optional(),
    /** Requests with the same number are the same request to the provider. */
    attempt: z.int().optional(),
  },
  created: {
    keyId: text,
    generation: z.int(),
    fingerprint: text,
    redacted: text,
    /** When the provider ends the old secret by itself; null when Keywarden must revoke the old key. */
    oldUntilMs: instant.nullable(),
    /** How long that was when the answer came; absent where only the clock here counted. */
    oldRemainingMs: z.number().nonnegative().optional(),
    sealed: sealedSchema,
  },
  /** The new secret is out of reach: `keyId` is what it belongs to, `generation` from where to roll again. */
  lost: { why: text, keyId: text.nullable(), generation: z.int().nullable() },
  orphan_revoked: { keyId: text },
  delivered: { sink: text, note: text },
  verified: { by: z.enum(["call", "lookup"]), note: text },
  /** By the provider's clock where it says so; then `remainingMs` is what was left by it at this entry. */
  old_deadline: { untilMs: instant, remainingMs: z.number().nonnegative().optional() },
  old_revoked: { keyId: text, by: z.enum(["keywarden", "provider"]), outcome: text },
  done: { note: text.optional() },
  failed: { step: stepSchema, code: text, message: text },
  orphaned: { step: stepSchema, message: text, wayOut: text, code: text.optional() },
  reopened: { note: text.optional() },
  abandoned: { why: text },
} as const;

const header = { sequence: z.int(), atMs: instant };

const entrySchemas = Object.entries(facts).map(([type, shape]) =>
  z.strictObject({ type: z.literal(type), ...header, ...shape }),
);
const entrySchema = z.union(entrySchemas);

type Facts = { [Type in keyof typeof facts]: z.infer<z.ZodObject<(typeof facts)[Type]>> & { type: Type } };

/** What a journal records; no entry ever holds a readable key. */
export type JournalFact = Facts[keyof Facts];
export type FactOf<Type extends keyof Facts> = Facts[Type];
export type JournalEntry = JournalFact & { readonly sequence: number; readonly atMs: number };

/** Reads one line of a journal; null if it is not an entry. */
export function readEntry(line: string): JournalEntry | null {
  try {
    const read = entrySchema.safeParse(JSON.parse(line));
    return read.success ? (read.data as unknown as JournalEntry) : null;
  } catch {
    return null;
  }
}
