import { randomUUID } from "node:crypto";
import type { NewJob, RepositoryId } from "@keywarden/storage";
import * as z from "zod";
import { scanGroup } from "../jobs/job-payloads.ts";

export const sweepSchema = z.object({});
export const sweepRepositoriesSchema = z.object({ installationId: z.int().positive().optional() });
export const askRepositorySchema = z.object({ host: z.string(), repositoryId: z.int().positive() });
export const sweepRefsSchema = z.object({ host: z.string(), repositoryId: z.int().positive() });
export const backfillSchema = sweepRefsSchema.extend({
  /** Scans what was scanned before too: formats of keys may have been added. */
  again: z.boolean().default(false),
});

/** Looks for deliveries that GitHub could not make; one at a time, whoever asks. */
export function sweepDeliveriesJob(): NewJob {
  const uniqueKey = "sweep-deliveries";
  return { id: `${uniqueKey}:${randomUUID()}`, kind: uniqueKey, payload: {}, uniqueKey };
}

/** The control that says when the last sweep of all repositories began that came to its end. */
export const repositoriesSwept = "repositories-swept";

/** Asks which repositories the App is given, and sweeps the refs of each. */
export function sweepRepositoriesJob(): NewJob {
  const uniqueKey = "sweep-repositories";
  return { id: `${uniqueKey}:${randomUUID()}`, kind: uniqueKey, payload: {}, uniqueKey };
}

/** Does so for one installation, of which something was just told: a sweep that is under way may have looked too early. */
export function sweepInstallationJob(installationId: number, delivery: string): NewJob {
  const id = `sweep-repositories:${installationId}:${delivery}`;
  return { id, kind: "sweep-repositories", payload: { installationId }, uniqueKey: id };
}

/** Asks what a repository is called and who can read it now, after somebody said that it changed. */
export function askRepositoryJob({ host, repositoryId }: RepositoryId, delivery: string): NewJob {
  const id = `ask-repository:${repositoryId}:${delivery}`;
  return { id, kind: "ask-repository", payload: { host, repositoryId }, uniqueKey: id };
}

export const sweepRefsKind = "sweep-refs";
/** The same work; nobody who starts the App waits for it, since what it waits for is known. */
export const judgeAgainKind = "judge-again";

/** Compares the refs of one repository with what was scanned. */
export function sweepRefsJob({ host, repositoryId }: RepositoryId): NewJob {
  const uniqueKey = `${sweepRefsKind}:${repositoryId}`;
  return {
    id: `${uniqueKey}:${randomUUID()}`,
    kind: sweepRefsKind,
    payload: { host, repositoryId },
    uniqueKey,
  };
}

// Deliveries of one push of many refs come about the same time.
const togetherMs = 2_000;

/** Sweeps the refs once a push is known that may change the baseline: one job for all that become known about the same time. */
export function judgeAgainJob(repository: RepositoryId, atMs: number): NewJob {
  const untilMs = (Math.floor(atMs / togetherMs) + 1) * togetherMs;
  const uniqueKey = `${judgeAgainKind}:${repository.repositoryId}:${untilMs}`;
  // After the last of them, so that none comes while it runs.
  return { ...sweepRefsJob(repository), kind: judgeAgainKind, uniqueKey, runAtMs: untilMs + togetherMs };
}

/** Scans the history of one repository, with its pushes, one at a time. */
export function backfillJob({ host, repositoryId }: RepositoryId, again = false): NewJob {
  // One that looks at less does not stand for one that looks at all of it.
  const uniqueKey = `${again ? "backfill-again" : "backfill"}:${repositoryId}`;
  return {
    id: `${uniqueKey}:${randomUUID()}`,
    kind: "backfill",
    payload: { host, repositoryId, again },
    uniqueKey,
    group: scanGroup(repositoryId),
  };
}
