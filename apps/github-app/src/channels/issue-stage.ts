import type { ExposureIssue, ExposureStorage, KnownRepository, RepositoryId } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import type { AppConfig } from "../config.ts";
import type { GitHub } from "../github/github.ts";
import { createIssue, findIssue, updateIssue } from "../github/publish-issue.ts";
import { makeStage } from "../jobs/stage.ts";
import type { Stage, StageResult } from "../jobs/stage.ts";
import type { Log } from "../log.ts";
import { readExposureView } from "../operate/views.ts";
import { addressOf } from "../repositories/repository-address.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { issueJob, issueJobSchema } from "./notice-jobs.ts";
import { markerOf, writeIssue } from "./issue-text.ts";
import type { IssueText } from "./issue-text.ts";

export interface IssueStageOptions {
  readonly storage: ExposureStorage;
  readonly github: Pick<GitHub, "host" | "findRepository" | "issuesClient">;
  readonly appId: number;
  readonly issues: AppConfig["issues"];
  readonly log: Log;
}

/**
 * Writes one issue for an exposure that people are told of, and brings it up to date with each decision. It is never written
 * into a repository that the public can read.
 */
export function makeIssueStage(options: IssueStageOptions): Stage {
  const { storage, github, issues, log } = options;
  return makeStage({
    kind: "issue",
    // As long as the other channels try.
    retry: { attempts: 60, firstDelayMs: 1_000, longestDelayMs: 3_600_000 },
    schema: issueJobSchema,
    run: async ({ exposure: id }) => {
      const issue = await storage.issues.get(id);
      const exposure = await storage.exposures.getById(id);
      const decision = await storage.decisions.get(id);
      if (issues === null || issue === null || exposure === null || decision === null) return {};
      const view = await readExposureView(storage, exposure, decision);
      const text = writeIssue(view);
      const isOver = issue.number === null && issue.target === null && text.state_reason === "not_planned";
      const repository = isOver ? null : await findTarget(options, exposure.repository, issue);
      if (repository !== null) await publish(options, { issue, repository, text, marker: markerOf(view) });
      else if (!isOver)
        log("info", `no issue of exposure ${id}: the repository is public`, { state: decision.state });
      return {
        record: async (stores) => {
          if (!(await stores.issues.finish(id, issue.version))) await stores.jobs.enqueue(issueJob(id));
        },
      } satisfies StageResult;
    },
  });

  async function publish(
    { appId }: IssueStageOptions,
    what: {
      readonly issue: ExposureIssue;
      readonly repository: RepositoryAddress;
      readonly text: IssueText;
      readonly marker: string;
    },
  ): Promise<void> {
    const { issue, repository, text, marker } = what;
    const { exposureId: id, target } = issue;
    const calls = { octokit: github.issuesClient(repository), repository, nowMs: storage.now() };
    let { number } = issue;
    if (number === null) {
      // With a target, one may have been written that nobody recorded.
      number =
        target === null ? null : await findIssue(calls, { marker, appId, sinceMs: target.intendedAtMs });
      if (target === null) await storage.issues.intend(id, { repositoryId: repository.id });
      const isNew = number === null;
      number ??= await createIssue(calls, text);
      await storage.issues.setNumber(id, number);
      log("info", `${isNew ? "wrote" : "found"} issue ${number} of exposure ${id}`, {
        repositoryId: repository.id,
      });
      if (isNew && text.state === "open") return;
    }
    await updateIssue(calls, number, text);
  }
}

/** Gives where the issue belongs, as GitHub says it now; `null` where the public can read it. */
async function findTarget(
  { storage, github, issues }: IssueStageOptions,
  shownIn: RepositoryId,
  { target }: ExposureIssue,
): Promise<RepositoryAddress | null> {
  const configured = issues?.repository ?? null;
  const known =
    target !== null
      ? await storage.repositories.get({ host: github.host, repositoryId: target.repositoryId })
      : configured === null
        ? await storage.repositories.get(shownIn)
        : await findByName(storage, configured);
  if (known === null)
    throw new AppError("GITHUB_NOT_FOUND", `the App is not installed on ${configured ?? "the repository"}`);
  const { repository, installationId } = known;
  const now = await github.findRepository(repository.repositoryId, installationId);
  if (now === null) throw new AppError("GITHUB_NOT_FOUND", "the repository for issues is not to be seen");
  return now.isPrivate ? { ...addressOf(known), owner: now.owner, name: now.name } : null;
}

async function findByName(
  { repositories }: Pick<ExposureStorage, "repositories">,
  name: string,
): Promise<KnownRepository | null> {
  const active = await repositories.list({ state: "active" });
  const isIt = (one: KnownRepository) => `${one.owner}/${one.name}`.toLowerCase() === name.toLowerCase();
  return active.find(isIt) ?? null;
}
