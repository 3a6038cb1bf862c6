import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { programs } from "./programs.ts";
import { milliseconds, type Section, times } from "./report.ts";
import { runOnce } from "./run-once.ts";
import { median, medianDifference, medianRatio, timeInTurns } from "./statistics.ts";

const commits = 1000;
const check = `'${process.execPath}' '${programs.cli}' hook pre-receive || exit 3`;
const read =
  'while read -r old new ref; do git rev-list --objects --no-object-names "$new" --not --all |' +
  " git cat-file --batch --buffer >/dev/null; done";

/** What a push of 1,000 commits waits for at the server, beside the same push without the hook and one that is only read. */
export async function benchPreReceive(): Promise<Section> {
  using work = await makeRepository();
  const history = Array.from({ length: commits }, (_, at) => commitOf(at + 1)).join("");
  const filled = await work.run(["fast-import", "--quiet"], { input: history });
  if (filled.exitCode !== 0) throw new Error(filled.stderr);
  const push = {
    plain: await pushTo(work, "plain", ":"),
    read: await pushTo(work, "read", read),
    checked: await pushTo(work, "checked", check),
  };
  const samples = await timeInTurns(push, 9);
  const costs = await costsOfCheck(work);
  const after = (name: "read" | "checked"): number => medianDifference(samples[name], samples.plain);
  return {
    title: "A push at the server",
    method:
      `${commits} commits with two files each, 6,000 objects, pushed over a file path; medians of 9 rounds in turns. ` +
      "Processor time and memory are those of the hook's own process.",
    rows: [
      { measure: "without a hook", value: milliseconds(median(samples.plain)), compared: "" },
      {
        measure: "with the hook",
        value: milliseconds(median(samples.checked)),
        compared: times(medianRatio(samples.checked, samples.plain)),
      },
      { measure: "the hook decides in", value: milliseconds(after("checked")), compared: "goal: 1,000 ms" },
      { measure: "git reads the same objects in", value: milliseconds(after("read")), compared: "" },
      { measure: "processor time of the hook", value: milliseconds(costs.processorMs), compared: "" },
      { measure: "most memory of the hook", value: `${costs.peakMib.toFixed(0)} MiB`, compared: "" },
    ],
  };
}

/** Makes a server whose hook runs this, and gives a push to it, which it refuses in the end: each finds it as the one before. */
async function pushTo(work: TestRepository, name: string, command: string): Promise<() => Promise<void>> {
  const server = join(work.outside, `${name}.git`);
  await work.git("init", "--quiet", "--bare", server);
  const hook = join(server, "hooks/pre-receive");
  writeFileSync(hook, `#!/bin/sh\n${command}\nexit 1\n`);
  chmodSync(hook, 0o755);
  return () =>
    runOnce("git", ["push", "--quiet", server, "main"], { cwd: work.path, env: work.env, expected: 1 });
}

async function costsOfCheck(
  work: TestRepository,
): Promise<{ readonly processorMs: number; readonly peakMib: number }> {
  const preload = join(work.outside, "costs.cjs");
  const file = join(work.outside, "costs.json");
  const note = `require("node:fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage()))`;
  writeFileSync(preload, `process.on("exit", () => ${note});\n`);
  const push = await pushTo(work, "measured", `NODE_OPTIONS='--require "${preload}"' ${check}`);
  await push();
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(
    readFileSync(file, "utf8"),
  ) as NodeJS.ResourceUsage;
  return { processorMs: (userCPUTime + systemCPUTime) / 1000, peakMib: maxRSS / 1024 };
}

function commitOf(number: number): string {
  const files = [
    [`src/f${number % 50}.ts`, `export const value${number} = "${"x".repeat(1500)}${number}";\n`],
    [`docs/d${number % 20}.md`, `# doc ${number}\n${"lorem ipsum ".repeat(120)}`],
  ] as const;
  return [
    `commit refs/heads/main\nmark :${number}\ncommitter A <a@example.com> ${1_700_000_000 + number} +0000\n`,
    `data 2\nx\n${number > 1 ? `from :${number - 1}\n` : ""}`,
    ...files.map(([path, text]) => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`),
  ].join("");
}
