import { setTimeout as wait } from "node:timers/promises";
import { makeRepository } from "@keywarden/testing";
import { programs } from "../programs.ts";
import { milliseconds, times } from "../report.ts";
import type { Row } from "../report.ts";
import { runOnce } from "../run-once.ts";
import { sourceFile } from "../source-file.ts";
import { median, medianRatio } from "../statistics.ts";
import { importCommits } from "./import-commits.ts";
import type { World } from "./world.ts";

const commits = 6_000;
const files = 3_000;
const rounds = 3;

/** The history of one repository, read by the App at the lowest priority and by the command, in turns. */
export async function measureBackfill(world: World): Promise<readonly Row[]> {
  const { github, directory, app } = world;
  using origin = await makeRepository({ bare: true });
  await importCommits(
    origin,
    Array.from({ length: commits }, (_, index) => ({
      ref: "refs/heads/main",
      parent: null,
      path: `src/room-${index % 60}/file-${index % files}.ts`,
      content: sourceFile(index),
    })),
  );
  // It was there before the App: what is pushed would be looked at as a push.
  const { directory: hosted } = await github.createRepository({ owner: "acme", name: "archive" });
  await origin.git("push", "--quiet", hosted, "refs/heads/main");
  const call = (...args: readonly string[]): Promise<void> =>
    runOnce(process.execPath, [programs.githubApp, ...args, "--data", `${directory}/app/data`], {
      cwd: directory,
      env: process.env,
      expected: 0,
    });
  const told = (): readonly number[] =>
    [...app.program.log().matchAll(/scanned (\d+) objects of the history (\d+) ms/gu)]
      .filter(([, objects]) => Number(objects) >= commits)
      .map(([, , ms]) => Number(ms));
  const untilTold = async (count: number): Promise<number> => {
    for (let attempt = 0; attempt < 9_000; attempt += 1) {
      const all = told();
      if (all.length >= count) return all.at(-1) ?? NaN;
      await wait(10);
    }
    throw new Error("the history was not read within 90 s");
  };
  await call("sweep");
  const withClone = await untilTold(1);
  const samples = { app: [] as number[], cli: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    await call("backfill", "acme/archive", "--again");
    samples.app.push(await untilTold(2 + round));
    const startedAtMs = performance.now();
    await runOnce(process.execPath, [programs.cli, "scan", "--history", "--no-cache"], {
      cwd: origin.path,
      env: origin.env,
      expected: 0,
    });
    samples.cli.push(performance.now() - startedAtMs);
  }
  return [
    {
      measure: `backfill of ${commits} commits`,
      value: `${milliseconds(median(samples.app))}, ${milliseconds(withClone)} with the clone`,
      compared: `${times(medianRatio(samples.cli, samples.app))} the speed of keywarden scan --history --no-cache, ${milliseconds(median(samples.cli))} (goal: 0.8)`,
    },
  ];
}
