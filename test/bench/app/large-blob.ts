import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { peakResidentBytes } from "../process-costs.ts";
import type { Row } from "../report.ts";
import { sourceFile } from "../source-file.ts";
import { untilRefused } from "./world.ts";
import type { World } from "./world.ts";

const sizeBytes = 300_000_000;
const patienceMs = 120_000;

/** The most that the App has resident while it reads one huge file with a key at its end. */
export async function measureLargeBlob(world: World): Promise<readonly Row[]> {
  const { github, work } = world;
  // What was measured before has left its own peak.
  await world.app.program.stop();
  world.app = await world.startApp();
  github.setWebhookUrl(world.app.webhookUrl);
  const key = await world.issueKey();
  const handle = openSync(join(work.path, "huge.ts"), "w");
  const block = Array.from({ length: 300 }, (_, index) => sourceFile(index)).join("");
  for (let written = 0; written < sizeBytes; written += block.length) writeSync(handle, block);
  writeSync(handle, `AFORO_API_KEY=${key.reveal()}\n`);
  closeSync(handle);
  await work.git("config", "core.compression", "1");
  await work.commit("a huge file");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/huge");
  const elapsedMs = await untilRefused(world, key, patienceMs);
  const resident = peakResidentBytes(world.app.program.processId);
  await work.git("reset", "--quiet", "--hard", "HEAD~1");
  const when =
    elapsedMs < patienceMs
      ? `revoked ${(elapsedMs / 1e3).toFixed(1)} s after the push`
      : `not revoked within ${patienceMs / 1e3} s`;
  return [
    {
      measure: "resident with a blob of 300 MB",
      value: resident === null ? "not told by this system" : `${(resident / 1e6).toFixed(0)} MB`,
      compared: `peak of the process, VmHWM (goal: 250 MB); ${when}`,
    },
  ];
}
