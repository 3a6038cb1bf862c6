import type { Octokit } from "@octokit/rest";
import type { CheckpointStore } from "@keywarden/storage";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { findCheckRun } from "./find-check-run.ts";
import { githubFailure } from "./github-failure.ts";
import { requireAnswered } from "./require-answered.ts";

/** Says on a check run that a newer one replaces it: what it annotates is not true any more and cannot be taken back. */
export async function supersedeCheckRun(options: {
  readonly octokit: Octokit;
  readonly checkpoints: CheckpointStore;
  readonly repository: RepositoryAddress;
  readonly head: string;
  readonly externalId: string;
  readonly nowMs: number;
}): Promise<void> {
  const { octokit, checkpoints, repository, externalId, nowMs } = options;
  const known = await checkpoints.get(externalId);
  if (known === null) return;
  // A request about it that is taken later would say again what holds no more.
  requireAnswered(known, nowMs);
  // Without an id it may have been made by an attempt that did not live to record it.
  const checkRunId = known.checkRunId ?? (await findCheckRun(options))?.id ?? null;
  if (checkRunId === null) return;
  try {
    await octokit.rest.checks.update({
      owner: repository.owner,
      repo: repository.name,
      check_run_id: checkRunId,
      status: "completed",
      conclusion: "neutral",
      output: {
        title: "Superseded",
        summary:
          "What is known of this commit has changed; the newer Keywarden check of this commit says what holds now.",
      },
    });
  } catch (error) {
    throw githubFailure(error, "mark an earlier check run as superseded", nowMs);
  }
}
