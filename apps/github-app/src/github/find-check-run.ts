import type { Octokit } from "@octokit/rest";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { githubFailure } from "./github-failure.ts";

export const checkName = "Keywarden";

/** Finds a check run that an attempt made and did not live to record; null when there is none. @throws {@link AppError} GITHUB_… */
export async function findCheckRun({
  octokit,
  repository,
  head,
  externalId,
  nowMs,
}: {
  readonly octokit: Octokit;
  readonly repository: RepositoryAddress;
  readonly head: string;
  readonly externalId: string;
  readonly nowMs: number;
}): Promise<{ readonly id: number; readonly annotations: number } | null> {
  const { owner, name: repo } = repository;
  try {
    const ours = { owner, repo, ref: head, check_name: checkName, filter: "all" as const, per_page: 100 };
    const { data } = await octokit.rest.checks.listForRef(ours);
    const run = data.check_runs.find(({ external_id: id }) => id === externalId);
    return run === undefined ? null : { id: run.id, annotations: run.output.annotations_count };
  } catch (error) {
    throw githubFailure(error, "list check runs", nowMs);
  }
}
