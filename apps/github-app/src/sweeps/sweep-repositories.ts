import type { ExposureStorage } from "@keywarden/storage";
import type { ListedInstallation } from "../github/app-questions.ts";
import type { GitHub } from "../github/github.ts";
import { sweptScanKind } from "../jobs/job-payloads.ts";
import { makeStage } from "../jobs/stage.ts";
import type { Stage } from "../jobs/stage.ts";
import { askRepositoryJob, repositoriesSwept, sweepRefsJob, sweepRepositoriesSchema } from "./sweep-jobs.ts";

export interface SweepRepositoriesOptions {
  readonly storage: ExposureStorage;
  readonly github: GitHub;
}

/** What waits while a repository is taken away. */
const putOffKinds = ["scan", sweptScanKind, "report"];

/** Asks GitHub which repositories the App is given and what they are called now, and has the refs of each swept. */
export function makeSweepRepositoriesStage({ storage, github }: SweepRepositoriesOptions): Stage {
  return makeStage({
    kind: "sweep-repositories",
    retry: { attempts: 10, firstDelayMs: 1_000, longestDelayMs: 60_000 },
    schema: sweepRepositoriesSchema,
    run: async ({ installationId: only }) => {
      const startedAtMs = storage.now();
      const { host } = github;
      const suspended = new Set<number>();
      const seen = new Set<number>();
      for await (const { id: installationId, isSuspended } of installations(github, only)) {
        if (isSuspended) {
          suspended.add(installationId);
          continue;
        }
        for await (const { id, owner, name, isPrivate } of github.listRepositories(installationId)) {
          const repository = { host, repositoryId: id };
          seen.add(id);
          await storage.transaction(async (stores) => {
            const before = await stores.repositories.get(repository);
            const news = { owner, name, installationId, isPrivate };
            await stores.repositories.learn(repository, { ...news, atMs: null });
            // The event that said so was missed, and decisions and reports rest on it.
            if (before !== null && (before.name !== name || before.isPrivate !== isPrivate))
              await stores.jobs.enqueue(askRepositoryJob(repository, `sweep-${startedAtMs}`));
            if (before !== null && before.state !== "active") await stores.jobs.hasten(putOffKinds);
            await stores.jobs.enqueue(sweepRefsJob(repository));
          });
        }
      }
      const known = await storage.repositories.list({
        state: "active",
        ...(only !== undefined && { installationId: only }),
      });
      return {
        async record({ repositories, controls }) {
          if (only === undefined)
            await controls.set(repositoriesSwept, String(startedAtMs), "keywarden-github-app");
          for (const { repository, installationId, learntAtMs } of known)
            // A repository that was heard of while the sweep ran is not missing.
            if (!seen.has(repository.repositoryId) && learntAtMs < startedAtMs)
              await repositories.setState(
                repository,
                suspended.has(installationId) ? "suspended" : "uninstalled",
              );
        },
      };
    },
  });
}

async function* installations(github: GitHub, only: number | undefined): AsyncIterable<ListedInstallation> {
  if (only === undefined) {
    yield* github.listInstallations();
    return;
  }
  const installation = await github.findInstallation(only);
  if (installation !== null) yield installation;
}
