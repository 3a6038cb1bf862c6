import type { Octokit } from "@octokit/rest";
import type { Checkpoint, CheckpointStore } from "@keywarden/storage";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import type { Report } from "../report/report.ts";
import { checkName, findCheckRun } from "./find-check-run.ts";
import { githubFailure, wasRefused } from "./github-failure.ts";
import { requireAnswered } from "./require-answered.ts";

const annotationsPerRequest = 50;

/** How far a check run got, kept before and after every request so that no annotation is sent twice. */
type Progress = Pick<Checkpoint, "checkRunId" | "batchesSent">;

/**
 * Creates or updates the one check run of a commit. GitHub appends annotations, so each batch is sent once, ever: what came
 * of a request whose answer nobody heard is asked for, once it cannot be under way any more.
 *
 * @throws {@link AppError} GITHUB_…
 */
export async function publishCheckRun(options: {
  readonly octokit: Octokit;
  readonly checkpoints: CheckpointStore;
  readonly repository: RepositoryAddress;
  readonly head: string;
  readonly externalId: string;
  readonly report: Report;
  /** False leaves the run in progress. */
  readonly isFinal: boolean;
  readonly now: () => number;
}): Promise<{ readonly checkRunId: number; readonly requests: number }> {
  const { octokit, checkpoints, repository, head, externalId, report, isFinal, now } = options;
  const { title, summary, conclusion } = report;
  const coordinates = { owner: repository.owner, repo: repository.name };
  const batches = batchesOf(report.annotations);
  let requests = 0;
  const save = (progress: Progress, sendingSinceMs: number | null) =>
    checkpoints.save({ externalId, ...progress, sendingSinceMs });
  // Written before: whoever finds it without an answer knows that GitHub may have taken the request, or take it yet.
  const send = async <T>(request: () => Promise<T>): Promise<T> => {
    requests += 1;
    await save(progress, now());
    try {
      return await request();
    } catch (error) {
      if (wasRefused(error)) await save(progress, null);
      throw githubFailure(error, "write the check run", now());
    }
  };
  const find = async (): Promise<Progress | null> => {
    requests += 1;
    const run = await findCheckRun({ octokit, repository, head, externalId, nowMs: now() });
    if (run === null) return null;
    return { checkRunId: run.id, batchesSent: Math.ceil(run.annotations / annotationsPerRequest) };
  };

  const verdict = { status: "completed", conclusion } as const;
  const known = await checkpoints.get(externalId);
  const { checkRunId: idOfKnown = null, batchesSent: sentBefore = 0 } = known ?? {};
  let progress: Progress = { checkRunId: idOfKnown, batchesSent: sentBefore };
  if (known !== null && (known.sendingSinceMs !== null || known.checkRunId === null)) {
    requireAnswered(known, now());
    progress = (await find()) ?? progress;
  }
  const sendBatch = async (index: number): Promise<void> => {
    const annotations = batches[index] ?? [];
    const isLast = index >= batches.length - 1;
    const state = isFinal && isLast ? verdict : ({ status: "in_progress" } as const);
    const output = { title, summary, annotations: [...annotations] };
    const { checkRunId } = progress;
    const id = await send(async () => {
      const answer =
        checkRunId === null
          ? await octokit.rest.checks.create({
              ...coordinates,
              name: checkName,
              head_sha: head,
              external_id: externalId,
              ...state,
              output,
            })
          : await octokit.rest.checks.update({ ...coordinates, check_run_id: checkRunId, ...state, output });
      return answer.data.id;
    });
    progress = { checkRunId: id, batchesSent: Math.min(index + 1, batches.length) };
    await save(progress, null);
  };

  if (progress.checkRunId !== null && progress.batchesSent >= batches.length) await sendBatch(batches.length);
  else {
    const first = progress.batchesSent;
    for (let index = first; index < Math.max(batches.length, 1); index += 1) await sendBatch(index);
  }
  if (progress.checkRunId === null) throw new TypeError("a check run was written and has no id");
  return { checkRunId: progress.checkRunId, requests };
}

function batchesOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += annotationsPerRequest) {
    batches.push(items.slice(at, at + annotationsPerRequest));
  }
  return batches;
}
