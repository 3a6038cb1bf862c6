import type { ProviderProfile } from "@keywarden/key-format";
import type { CommitReport, ExposureStorage, KnownRepository } from "@keywarden/storage";
import type { RevocationMode } from "../policy.ts";
import type { GitHub } from "../github/github.ts";
import { publishCheckRun } from "../github/publish-check-run.ts";
import { supersedeCheckRun } from "../github/supersede-check-run.ts";
import type { Log } from "../log.ts";
import { addressOf } from "../repositories/repository-address.ts";
import { refDigestOf } from "../repositories/digest-of.ts";
import { projectReport } from "../report/project-report.ts";
import { renderReport } from "../report/report.ts";
import { externalIdOf } from "../report/external-id.ts";
import { deadlineJob, reportJob, reportJobSchema } from "./job-payloads.ts";
import { putOff } from "./put-off.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface ReportStageOptions {
  readonly storage: ExposureStorage;
  readonly github: GitHub;
  readonly providers: readonly ProviderProfile[];
  /** Ids of the providers that the App can ask. */
  readonly asked: readonly string[];
  readonly mode: RevocationMode;
  readonly log: Log;
}

// Who waits for a merge should not wait for a provider that is down.
const finalAfterMs = 120_000;

/**
 * Brings the check run of a commit up to what is decided now. It is in progress while something is under way, final
 * after two minutes at the latest, and replaced by a new one where annotations that were published are not true any more.
 */
export function makeReportStage(options: ReportStageOptions): Stage {
  const { storage, github, log } = options;
  return makeStage({
    kind: "report",
    retry: { attempts: 20, firstDelayMs: 1_000, longestDelayMs: 600_000 },
    schema: reportJobSchema,
    run: async ({ host, repositoryId, commit }) => {
      const id = { host, repositoryId };
      const report = await storage.reports.get(id, commit);
      const repository = await storage.repositories.get(id);
      if (report === null || repository === null) return {};
      if (repository.state !== "active")
        return putOff(reportJob(id, commit), report.receivedAtMs, storage.now());
      const input = await projectReport(storage, { ...options, repository, report });
      const dueAtMs = input.openSinceMs === null ? null : input.openSinceMs + finalAfterMs;
      const isFinal = dueAtMs === null || storage.now() >= dueAtMs;
      // What was final stays so while something is asked again.
      if (isFinal || report.annotations === null)
        await publish(options, { repository, report, input, isFinal });
      if (isFinal)
        log(
          "info",
          `reported ${commit.slice(0, 12)} ${storage.now() - report.receivedAtMs} ms after receipt`,
          {
            commit,
            repositoryId,
          },
        );
      return {
        record: async (stores) => {
          if (!isFinal) await stores.jobs.enqueue(deadlineJob(id, commit, dueAtMs));
          if (!(await stores.reports.finish(id, commit, report.version)))
            await stores.jobs.enqueue(reportJob(id, commit));
        },
      } satisfies StageResult;
    },
  });

  async function publish(
    { mode }: ReportStageOptions,
    what: {
      readonly repository: KnownRepository;
      readonly report: CommitReport;
      readonly input: Awaited<ReturnType<typeof projectReport>>;
      readonly isFinal: boolean;
    },
  ): Promise<void> {
    const { repository, report, input, isFinal } = what;
    const { commit } = report;
    const rendered = renderReport({ ...input, mode, isFinal });
    const address = addressOf(repository);
    const octokit = github.checksClient(address);
    const digest = rendered.annotations.length === 0 ? "" : refDigestOf(JSON.stringify(rendered.annotations));
    let { run } = report;
    if (isFinal && report.annotations !== digest) {
      if (report.annotations !== null && report.annotations !== "") run += 1;
      // Written first: whoever finds it after a crash knows what the run may hold.
      await storage.reports.startRun(repository.repository, commit, { run, annotations: digest });
    }
    const shared = { octokit, checkpoints: storage.checkpoints, repository: address };
    await publishCheckRun({
      ...shared,
      head: commit,
      externalId: externalIdOf(repository.repository, commit, run),
      report: rendered,
      isFinal,
      now: () => storage.now(),
    });
    if (run > 1)
      await supersedeCheckRun({
        ...shared,
        head: commit,
        externalId: externalIdOf(repository.repository, commit, run - 1),
        nowMs: storage.now(),
      });
  }
}
