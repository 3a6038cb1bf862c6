import { randomUUID } from "node:crypto";
import { isObjectId } from "@keywarden/git";
import type { NewJob, ReplacedKey, RepositoryId } from "@keywarden/storage";
import * as z from "zod";

export const objectIdSchema = z.string().refine(isObjectId, "must be a full object id");
// GitHub's own alphabet; `.` and `..` would lead out of the repository's path in a URL.
const ownerOrNameSchema = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/u);
const kindSchema = z.enum(["secret", "publishable", "restricted"]);
const environmentSchema = z.enum(["production", "sandbox", "development"]);

export const repositorySchema = z.object({
  id: z.int().positive(),
  owner: ownerOrNameSchema,
  name: ownerOrNameSchema,
  private: z.boolean(),
});

export const sources = ["push", "delivery-sweep", "ref-sweep", "backfill", "pull-request", "rerun"] as const;

/** Who says that something is to be looked at. */
export type Source = (typeof sources)[number];

export const observationSchema = z.object({
  source: z.enum(sources).default("push"),
  /** The delivery, or a name that tells the observation apart in the log. */
  delivery: z.string(),
  receivedAtMs: z.int(),
  /** By the repository host's clock; absent where nobody says so. */
  pushedAtMs: z.int().optional(),
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

/** A repository and what to look at in it: the one form of every input. */
export type Observation = z.infer<typeof observationSchema>;

export const seenKeySchema = z.object({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/u),
  redacted: z.string(),
  provider: z.string().nullable(),
  candidates: z.array(z.string()),
  kind: kindSchema,
  /** `null` where nothing in the text says which. */
  environment: environmentSchema.nullable(),
  label: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
});

/** A key that was seen: everything but the key. */
export type SeenKey = z.infer<typeof seenKeySchema>;

export const scannedSchema = z.object({
  objects: z.int(),
  bytes: z.int(),
  /** Git LFS pointers: their content is not in the repository. */
  lfsPointers: z.int(),
  /** Packed files of which at least a part was not opened. */
  archives: z.int(),
  /** Files beyond a limit, which were not read. */
  tooLarge: z.int().default(0),
  /** Some of them by name, with size and reason. */
  notScanned: z.array(z.string()).default([]),
  /** Of LFS and archives some by name, with the reason. */
  leftOut: z.array(z.string()).default([]),
  /** Paths of submodules that came in or moved: their commits are another repository's. */
  submodules: z.array(z.string()).default([]),
  /** Candidates beyond the number that one observation may have looked up. */
  notLookedUp: z.int(),
  /** The commits that a force-push replaced were gone before they could be fetched. */
  replacedGone: z.boolean(),
  /** Objects that could not be read, with the reason. */
  unread: z.array(z.string()).default([]),
  /** A commit that brings a key in has a keywarden.json that nobody can read. */
  hasUnusableConfig: z.boolean().default(false),
  /** Parts of what it is about are still to be read. */
  goesOn: z.boolean().optional(),
});

/** The account of a scan. */
export type Scanned = z.infer<typeof scannedSchema>;

const slicesSchema = z.object({
  /** Commits that the next part has at most; 0 for all that are left, however long it takes. */
  commits: z.int().nonnegative(),
  /** Tips of the parts that are done. */
  tips: z.array(objectIdSchema),
  /** The account of them in jobs of earlier versions; `null` where the report of the head has it. */
  soFar: scannedSchema.nullable(),
  /** How long the push has been read so far; turns that were given up count. */
  spentMs: z.number().nonnegative().default(0),
});

/** The parts in which a scan goes on that takes long. */
export type Slices = z.infer<typeof slicesSchema>;

export const scanJobSchema = z.object({
  // The name under which jobs of earlier versions carry it.
  push: observationSchema,
  /** Keys in the name of the ref itself, which no object holds. */
  inRefName: z.array(seenKeySchema),
  /** Tells refs apart; absent in jobs of earlier versions. */
  refSha256: z.string().optional(),
  /** Absent while it is tried as a whole. */
  slices: slicesSchema.optional(),
});
export type ScanJob = z.infer<typeof scanJobSchema>;

export const confirmJobSchema = z.object({ exposure: z.int() });

/** Asks the providers about a key; one job an exposure is enough, however often the key is seen. */
export function confirmJob(exposure: number): NewJob {
  const uniqueKey = `confirm:${exposure}`;
  return { id: `${uniqueKey}:${randomUUID()}`, kind: "confirm", payload: { exposure }, uniqueKey };
}

/** One key at its provider. */
export const revokeJobSchema = z.object({ provider: z.string(), keyId: z.string() });

/** Revokes a key; the unique key is what keeps several processes from doing it at once. */
export function revokeJob({
  provider,
  keyId,
}: {
  readonly provider: string;
  readonly keyId: string;
}): NewJob {
  const uniqueKey = `revoke:${provider}:${keyId}`;
  return { id: `revoke:${randomUUID()}`, kind: "revoke", payload: { provider, keyId }, uniqueKey };
}

/** Sees to the successor of an exposed key. */
export function replaceJob({ provider, keyId }: ReplacedKey): NewJob {
  const uniqueKey = `replace:${provider}:${keyId}`;
  return { id: `replace:${randomUUID()}`, kind: "replace", payload: { provider, keyId }, uniqueKey };
}

/** Ends the wait for a successor at its deadline, whatever its rotation is doing then. */
export function overdueJob({ provider, keyId }: ReplacedKey, runAtMs: number): NewJob {
  return { id: `overdue:${randomUUID()}`, kind: "overdue", payload: { provider, keyId }, runAtMs };
}

const reportSchema = z.object({ host: z.string(), repositoryId: z.int().positive(), commit: objectIdSchema });
export const reportJobSchema = reportSchema;
export const deadlineJobSchema = reportSchema;

/** Brings the check run of a commit up to date. */
export function reportJob({ host, repositoryId }: RepositoryId, commit: string): NewJob {
  const uniqueKey = `report:${repositoryId}:${commit}`;
  return {
    id: `report:${randomUUID()}`,
    kind: "report",
    payload: { host, repositoryId, commit },
    uniqueKey,
  };
}

/** Looks again at a report that is still in progress, when it has to be final. */
export function deadlineJob({ host, repositoryId }: RepositoryId, commit: string, runAtMs: number): NewJob {
  return {
    id: `deadline:${repositoryId}:${commit}:${runAtMs}`,
    kind: "deadline",
    payload: { host, repositoryId, commit },
    runAtMs,
  };
}

/** Scans that nobody waits for: what sweeps found. */
export const sweptScanKind = "scan-swept";

/** Scans of one repository take turns. */
export const scanGroup = (repositoryId: number): string => `repository:${repositoryId}`;

/** The id of the job that scans what a delivery told of, so that a redelivery finds it. */
export const scanJobId = (delivery: string): string => `scan:${delivery}`;
