import { readdirSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { milliseconds } from "../report.ts";
import type { Row } from "../report.ts";
import { percentile } from "../statistics.ts";
import { deliverOnce } from "./deliver-once.ts";
import { importCommits } from "./import-commits.ts";
import { fillWithNoise } from "./large-repository.ts";
import { pushPayload } from "./push-payload.ts";
import { watchRefusals } from "./watch-refusals.ts";
import { patienceMs } from "./world.ts";
import type { World } from "./world.ts";

const loadSeconds = 10;
const pushesPerSecond = 10;
const commitsPerPush = 10;
const cloneGigabytes = 2;

/**
 * Pushes on schedule, whether or not those before are done, each with a key in one of its commits, while the App clones.
 * What a developer's git and GitHub do for a push takes several times the App's work and another machine's processors, so
 * it is done beforehand: what is left of it is a ref that moves, and the delivery.
 */
export async function measureLoad(world: World): Promise<readonly Row[]> {
  const { github, work, app } = world;
  const total = loadSeconds * pushesPerSecond;
  const keys = await Promise.all(Array.from({ length: total }, () => world.issueKey()));
  // Made beforehand: the machine that pushes is not what is measured.
  const parent = await work.git("rev-parse", "HEAD");
  await importCommits(
    work,
    keys.flatMap((key, index) =>
      Array.from({ length: commitsPerPush }, (_, commit) => {
        const isLast = commit === commitsPerPush - 1;
        return {
          ref: `refs/load/${index}`,
          parent: commit === 0 ? parent : null,
          path: isLast ? "config.env" : `src/load-${index}.ts`,
          content: isLast
            ? `AFORO_API_KEY=${key.reveal()}\n`
            : `export const version = ${index * 100 + commit};\n`,
        };
      }),
    ),
  );
  const pushes = await pushesMadeBeforehand(world, total);
  const large = await github.createRepository({ owner: "acme", name: "monorepo" });
  await fillWithNoise(large.directory, cloneGigabytes * 1e9);
  github.setWebhookUrl(app.webhookUrl);
  await work.git("push", "--quiet", large.pushUrlFor("dana"), "HEAD:refs/heads/news");
  await untilCloning(world);
  const agent = new Agent({ keepAlive: true });
  using refusals = watchRefusals(world);
  const elapsed: Promise<number>[] = [];
  const startedAtMs = performance.now();
  for (const [index, key] of keys.entries()) {
    await wait(Math.max(0, startedAtMs + (index * 1_000) / pushesPerSecond - performance.now()));
    const refused = refusals.untilRefused(key);
    const push = pushes[index];
    if (push === undefined) throw new Error("each key has a push");
    await push(agent);
    elapsed.push(refused);
  }
  const samples = await Promise.all(elapsed);
  agent.destroy();
  const late = samples.filter((sample) => sample >= patienceMs).length;
  const clone = `a clone of ${cloneGigabytes} GB beside it ${isCloning(world) ? "until after" : "that ended before"} the last`;
  return [
    {
      measure: `push to revoked p99, ${pushesPerSecond} pushes/s of ${commitsPerPush} commits for ${loadSeconds} s`,
      value: milliseconds(percentile(samples, 0.99)),
      compared: `p50 ${milliseconds(percentile(samples, 0.5))} (goal for p99: 1 s); ${clone}${late === 0 ? "" : `; ${late} not within a minute`}`,
    },
  ];
}

/** Puts the commits of all pushes into the remote, named by nothing, and gives what makes each of them one that happened. */
async function pushesMadeBeforehand(
  { remote, work, app, github }: World,
  total: number,
): Promise<readonly ((agent: Agent) => Promise<unknown>)[]> {
  const template = await pushPayload({ github, work });
  const refs = Array.from({ length: total }, (_, index) => `refs/load/${index}`);
  await work.git("-C", remote.directory, "fetch", "--quiet", "--no-tags", work.path, ...refs);
  const heads = (await work.git("rev-parse", ...refs)).split("\n");
  return heads.map((after, index) => (agent) => {
    const branch = `load-${index}`;
    writeFileSync(join(remote.directory, "refs", "heads", branch), `${after}\n`);
    const repository = { ...template.repository, pushed_at: Math.floor(Date.now() / 1_000) };
    const push = { ref: `refs/heads/${branch}`, before: "0".repeat(40), after, created: true, forced: false };
    return deliverOnce(agent, app.webhookUrl, JSON.stringify({ ...template, ...push, repository }));
  });
}

const mirrorsOf = ({ directory }: World): string => join(directory, "app", "data", "mirrors");

/** git writes what arrives into a file of this name until all of it is there. */
function isCloning(world: World): boolean {
  try {
    const files = readdirSync(mirrorsOf(world), { recursive: true, encoding: "utf8" });
    return files.some((file) => file.includes("tmp_pack_"));
  } catch {
    // A file that was listed is gone.
    return false;
  }
}

async function untilCloning(world: World): Promise<void> {
  for (let attempt = 0; attempt < 2_000; attempt += 1) {
    if (isCloning(world)) return;
    await wait(10);
  }
  throw new Error("the App did not begin to clone");
}
