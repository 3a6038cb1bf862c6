import type { ExposureStorage, RepositoryId } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import { judgeExposure } from "../decisions/judge.ts";
import type { JudgeContext } from "../decisions/judge.ts";
import type { GitHub } from "../github/github.ts";
import { makeStage } from "../jobs/stage.ts";
import type { Stage } from "../jobs/stage.ts";
import { requestReports } from "../report/request-report.ts";
import { askRepositorySchema } from "./sweep-jobs.ts";

export interface AskRepositoryOptions {
  readonly storage: ExposureStorage;
  readonly github: GitHub;
  readonly judging: JudgeContext;
}

/**
 * Asks GitHub what a repository is now, and decides again about its keys where that makes a difference. Events about a
 * repository come late, twice or in the other order; the answer to this question does not.
 */
export function makeAskRepositoryStage({ storage, github, judging }: AskRepositoryOptions): Stage {
  return makeStage({
    kind: "ask-repository",
    retry: { attempts: 10, firstDelayMs: 1_000, longestDelayMs: 300_000 },
    schema: askRepositorySchema,
    run: async (repository) => {
      const known = await storage.repositories.get(repository);
      if (known === null) return {};
      const { installationId } = known;
      const found = await github.findRepository(repository.repositoryId, installationId).catch(unlessBarred);
      if (found === "barred") return {};
      if (found === null) {
        // Transferred, deleted or taken away meanwhile: whoever has it now is told by an event of its own.
        return { record: ({ repositories }) => repositories.setState(repository, "unreachable") };
      }
      return {
        async record(stores) {
          await stores.repositories.learn(repository, { ...found, installationId, atMs: null });
          await judgeRepository(stores, judging, repository);
        },
      };
    },
  });
}

// While the installation is suspended, it is its own event that says so.
function unlessBarred(error: unknown): "barred" {
  if (error instanceof AppError && error.code === "GITHUB_FORBIDDEN") return "barred";
  throw error;
}

const pageSize = 200;

/** Decides again about every key of a repository, and has its reports written again. */
async function judgeRepository(
  stores: Parameters<typeof judgeExposure>[0],
  judging: JudgeContext,
  repository: RepositoryId,
): Promise<void> {
  for (let afterId = 0; ;) {
    const page = await stores.exposures.list({ repository, afterId, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return;
    for (const exposure of page) {
      await judgeExposure(stores, judging, exposure.id);
      // What may be said of a key depends on who can read it, whatever is decided.
      await requestReports(
        stores,
        repository,
        exposure.occurrences.map(({ commit }) => commit),
      );
    }
    afterId = last.id;
  }
}
