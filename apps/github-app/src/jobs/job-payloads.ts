import { isObjectId } from "@keywarden/git";
import { z } from "zod";

const objectIdSchema = z.string().refine(isObjectId, "must be a full object id");
// GitHub's own alphabet; `.` and `..` would leave the repository's place in a URL.
const ownerOrNameSchema = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/u);
const kindSchema = z.enum(["secret", "publishable", "restricted"]);
const environmentSchema = z.enum(["production", "sandbox", "development"]);

export const repositorySchema = z.object({
  id: z.int().positive(),
  owner: ownerOrNameSchema,
  name: ownerOrNameSchema,
  private: z.boolean(),
});

/** A repository as one delivery described it; only the id stays true. */
export type PushedRepository = z.infer<typeof repositorySchema>;

export const pushSchema = z.object({
  delivery: z.string(),
  receivedAtMs: z.int(),
  installationId: z.int().positive(),
  repository: repositorySchema,
  /** Keys in it are masked. */
  ref: z.string(),
  /** All zeros where a ref was created. */
  before: objectIdSchema,
  /** All zeros where a ref was deleted; a tag object's id where an annotated tag was pushed. */
  after: objectIdSchema,
  created: z.boolean(),
  deleted: z.boolean(),
  forced: z.boolean(),
  pusher: z.string(),
});

/** What a push event says that the work needs. */
export type Push = z.infer<typeof pushSchema>;

export const seenKeySchema = z.object({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/u),
  redacted: z.string(),
  provider: z.string().nullable(),
  candidates: z.array(z.string()),
  kind: kindSchema,
  environment: environmentSchema,
  label: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
});

/** A key that was seen: everything but the key. */
export type SeenKey = z.infer<typeof seenKeySchema>;

export const scanJobSchema = z.object({
  push: pushSchema,
  /** Keys in the name of the ref itself, which no object holds. */
  inRefName: z.array(seenKeySchema),
  /** Tells refs apart; absent in jobs of earlier versions. */
  refSha256: z.string().optional(),
});
export type ScanJob = z.infer<typeof scanJobSchema>;

export const scannedSchema = z.object({
  objects: z.int(),
  bytes: z.int(),
  /** Git LFS pointers: their content is not in the repository. */
  lfsPointers: z.int(),
  /** Packed files of which at least a part was not opened. */
  archives: z.int(),
  /** Candidates beyond the number that one push may have looked up. */
  notLookedUp: z.int(),
  /** The commits that a force-push replaced were gone before they could be fetched. */
  replacedGone: z.boolean(),
  /** Objects that could not be read, with the reason; absent in jobs of earlier versions. */
  unread: z.array(z.string()).default([]),
});
export type Scanned = z.infer<typeof scannedSchema>;

export const workSchema = z.object({
  scanJob: z.string(),
  push: pushSchema,
  /** The commit that the check run is about; null when the ref names no commit. */
  head: objectIdSchema.nullable(),
  scanned: scannedSchema,
});

/** What the stages after the scan know of the push they work for. */
export type Work = z.infer<typeof workSchema>;

export const confirmJobSchema = z.object({
  work: workSchema,
  exposure: z.int(),
  key: seenKeySchema,
  // Jobs of a version that told it by the order of pushes say nothing that can be relied on.
  provenance: z.enum(["came-after", "history", "unknown"]).default("unknown"),
});
export type ConfirmJob = z.infer<typeof confirmJobSchema>;

export const revokeJobSchema = z.object({
  work: workSchema,
  exposure: z.int(),
  key: seenKeySchema,
  provider: z.string(),
  keyId: z.string(),
});
export type RevokeJob = z.infer<typeof revokeJobSchema>;

export const reportJobSchema = z.object({
  work: workSchema,
  /** The code with which the scan was given up; absent when it was done. */
  scanGivenUp: z.string().optional(),
});
export type ReportJob = z.infer<typeof reportJobSchema>;

/** The ids of the jobs that work on one key of one push, so that each can find the others. */
export const jobIds = {
  scan: (delivery: string) => `scan:${delivery}`,
  confirm: (scanJob: string, fingerprint: string) => `confirm:${scanJob}:${fingerprint}`,
  revoke: (scanJob: string, fingerprint: string) => `revoke:${scanJob}:${fingerprint}`,
} as const;
