import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import { programs } from "./programs.ts";
import { milliseconds, type Section, times } from "./report.ts";
import { runOnce } from "./run-once.ts";
import { median, medianRatio, timeInTurns } from "./statistics.ts";

const commits = 1000;

/** What a push of 1,000 commits waits for at the server, beside the same push without the hook. */
export async function benchReceive(): Promise<Section> {
  using work = await makeRepository();
  const history = Array.from({ length: commits }, (_, at) => commitOf(at + 1)).join("");
  const filled = await work.run(["fast-import", "--quiet"], { input: history });
  if (filled.exitCode !== 0) throw new Error(filled.stderr);
  for (const name of ["plain", "checked"]) {
    const server = join(work.outside, `${name}.git`);
    await work.git("init", "--quiet", "--bare", server);
    const hook = join(server, "hooks/pre-receive");
    const check =
      name === "plain" ? "" : `'${process.execPath}' '${programs.cli}' hook pre-receive || exit 3\n`;
    // It refuses in the end, so that each push finds the server as the one before.
    writeFileSync(hook, `#!/bin/sh\n${check}exit 1\n`);
    chmodSync(hook, 0o755);
  }
  const push = (name: string) => () =>
    runOnce("git", ["push", "--quiet", join(work.outside, `${name}.git`), "main"], {
      cwd: work.path,
      env: work.env,
      expected: 1,
    });
  const samples = await timeInTurns({ plain: push("plain"), checked: push("checked") }, 9);
  const added = samples.checked.map((value, at) => value - (samples.plain[at] ?? 0));
  return {
    title: "A push at the server",
    method: `${commits} commits with two files each, 6,000 objects, pushed over a file path; medians of 9 rounds in turns.`,
    rows: [
      { measure: "without the hook", value: milliseconds(median(samples.plain)), compared: "" },
      {
        measure: "with it",
        value: milliseconds(median(samples.checked)),
        compared: times(medianRatio(samples.checked, samples.plain)),
      },
      { measure: "the hook alone", value: milliseconds(median(added)), compared: "" },
    ],
  };
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
