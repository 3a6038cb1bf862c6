import { Agent } from "node:http";
import { linkSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  findPostgres,
  makeRepository,
  makeTemporaryDirectory,
  startGitHubEmulator,
  startPostgres,
} from "@keywarden/testing";
import type { EmulatedRepository, GitHubEmulator } from "@keywarden/testing";
import { startGitHubApp, startKeyServer } from "@keywarden/testing/programs";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { processorMs } from "../process-costs.ts";
import { programs } from "../programs.ts";
import { times } from "../report.ts";
import type { Row } from "../report.ts";
import { sourceFile } from "../source-file.ts";
import { deliverOnce } from "./deliver-once.ts";
import { importCommits } from "./import-commits.ts";
import { webhookSecret } from "./world.ts";

const repositories = 2_000;
const pushes = 240;
const workerCounts = [1, 2, 4];
const patienceMs = 45_000;

/** How fast processes that share one PostgreSQL look at pushes to repositories that none of them has a mirror of. */
export async function measureWorkers(): Promise<readonly Row[]> {
  const found = findPostgres();
  if ("missing" in found)
    return [{ measure: "1, 2 and 4 workers", value: "not measured", compared: found.missing }];
  using temporary = makeTemporaryDirectory();
  const host = join(temporary.path, "host");
  mkdirSync(host);
  await using github = await startGitHubEmulator({ directory: host, webhookSecret });
  const organisation = await foundOrganisation(github);
  const server = await startKeyServer({
    file: programs.keyServer,
    directory: join(temporary.path, "server"),
    env: process.env,
  });
  try {
    const measured: Throughput[] = [];
    for (const count of workerCounts)
      measured.push(
        await lookAtPushes({
          github,
          server,
          organisation,
          count,
          directory: join(temporary.path, `${count}`),
        }),
      );
    const alone = measured[0]?.perSecond ?? NaN;
    return measured.map(({ count, perSecond, processorShare }) => ({
      measure: `${count} worker${count === 1 ? "" : "s"}, organisation of ${repositories}`,
      value: `${perSecond.toFixed(1)} pushes/s`,
      compared: [
        ...(count === 1 ? [] : [`${times(perSecond / count / alone)} of one's, each (goal: 0.85)`]),
        `${processorShare.toFixed(2)} of ${cpus().length} cores busy with the workers, their git left out`,
      ].join("; "),
    }));
  } finally {
    await server.program.stop();
  }
}

interface Organisation {
  readonly all: readonly EmulatedRepository[];
  /** What each branch was moved from and to. */
  readonly before: string;
  readonly after: string;
}

/** Makes the repositories of one organisation, all alike. */
async function foundOrganisation(github: GitHubEmulator): Promise<Organisation> {
  using template = await makeRepository({ bare: true });
  await importCommits(
    template,
    Array.from({ length: 60 }, (_, index) => ({
      ref: "refs/heads/main",
      parent: null,
      path: `src/file-${index % 20}.ts`,
      content: sourceFile(index),
    })),
  );
  await template.git("repack", "-adq");
  const after = await template.git("rev-parse", "refs/heads/main");
  const packs = join(template.path, "objects", "pack");
  const all: EmulatedRepository[] = [];
  for (let index = 0; index < repositories; index += 1) {
    const repository = await github.createRepository({ owner: "umbrella", name: `service-${index}` });
    const { directory } = repository;
    for (const file of readdirSync(packs))
      linkSync(join(packs, file), join(directory, "objects", "pack", file));
    writeFileSync(join(directory, "packed-refs"), `${after} refs/heads/main\n`);
    all.push(repository);
  }
  return { all, after, before: await template.git("rev-parse", "refs/heads/main~1") };
}

interface Throughput {
  readonly count: number;
  readonly perSecond: number;
  /** Cores that the workers kept busy; the processes of git that they start come and go too fast to be counted. */
  readonly processorShare: number;
}

async function lookAtPushes(options: {
  readonly github: GitHubEmulator;
  readonly server: KeyServerProgram;
  readonly organisation: Organisation;
  readonly count: number;
  readonly directory: string;
}): Promise<Throughput> {
  const { github, server, organisation, count, directory } = options;
  mkdirSync(directory);
  const postgres = await startPostgres({ fsync: true });
  // The sweep at start would look at all of the organisation first; it comes when the pushes are done.
  github.failNext({ route: "GET /app/installations", status: 500, times: 1_000 });
  const apps = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startGitHubApp({
        file: programs.githubApp,
        directory: join(directory, String(index)),
        env: { ...process.env, DATABASE_URL: postgres.url },
        mode: "armed",
        github,
        providers: ["aforo"],
        keyServerUrl: server.url,
        token: server.token,
      }),
    ),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  try {
    // Each count has repositories of its own: their check runs are what is waited for.
    const first = workerCounts.indexOf(count) * pushes;
    const pushed = organisation.all.slice(first, first + pushes);
    const usedMs = (): number =>
      apps.reduce((sum, { program }) => sum + (processorMs(program.processId) ?? NaN), 0);
    const usedBeforeMs = usedMs();
    const startedAtMs = performance.now();
    await Promise.all(
      pushed.map((repository, index) =>
        deliverOnce(
          agent,
          apps[index % count]?.webhookUrl ?? "",
          JSON.stringify(payloadOf(organisation, repository)),
        ),
      ),
    );
    const isDone = ({ fullName }: EmulatedRepository): boolean =>
      github.checkRuns(fullName).some(({ status }) => status === "completed");
    let left = pushed;
    while (left.length > 0 && performance.now() - startedAtMs < patienceMs) {
      await wait(50);
      left = left.filter((repository) => !isDone(repository));
    }
    const elapsedMs = performance.now() - startedAtMs;
    return {
      count,
      perSecond: (pushes - left.length) / (elapsedMs / 1_000),
      processorShare: (usedMs() - usedBeforeMs) / elapsedMs,
    };
  } finally {
    agent.destroy();
    await Promise.all(apps.map(({ program }) => program.stop("SIGKILL")));
    await postgres.stop();
  }
}

const payloadOf = (
  { before, after }: Organisation,
  { id, name, fullName, installationId }: EmulatedRepository,
): unknown => ({
  ref: "refs/heads/main",
  before,
  after,
  created: false,
  deleted: false,
  forced: false,
  repository: { id, name, full_name: fullName, private: true, pushed_at: Math.floor(Date.now() / 1_000) },
  pusher: { name: "dana" },
  installation: { id: installationId },
});
