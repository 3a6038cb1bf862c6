import { execFileSync } from "node:child_process";
import { makeRepository } from "@keywarden/testing";
import { programs } from "./programs.ts";
import { megabytesPerSecond, milliseconds, type Section, times } from "./report.ts";
import { runOnce } from "./run-once.ts";
import { sourceFile } from "./source-file.ts";
import { median, medianRatio, timeInTurns } from "./statistics.ts";

const fileCount = 80_000;
const folderCount = 800;

/** How long a large work tree takes, next to ripgrep looking for two prefixes in it. */
export async function benchTree(): Promise<Section> {
  using repository = await makeRepository();
  let sizeBytes = 0;
  for (let index = 0; index < fileCount; index += 1) {
    const text = sourceFile(index);
    sizeBytes += text.length;
    repository.write(`src/room-${index % folderCount}/file-${index}.ts`, text);
  }
  await repository.commit("all");
  const place = { cwd: repository.path, env: repository.env };
  const ripgrep = hasRipgrep();
  const samples = await timeInTurns(
    {
      ripgrep: () =>
        ripgrep ? runOnce("rg", ["-c", "sk_(live|test)_"], { ...place, expected: 1 }) : undefined,
      tree: () => runOnce(process.execPath, [programs.cli, "scan"], { ...place, expected: 0 }),
    },
    7,
  );
  const row = (measure: string, name: keyof typeof samples, compared: string) => ({
    measure,
    value: `${milliseconds(median(samples[name]))}, ${megabytesPerSecond(sizeBytes, median(samples[name]))}`,
    compared,
  });
  return {
    title: "A large tree",
    method: `${fileCount} generated source files, ${(sizeBytes / 1e6).toFixed(0)} MB, all committed; whole processes; median of 7 rounds in turns.${ripgrep ? "" : " ripgrep is not on PATH."}`,
    rows: [
      ...(ripgrep ? [row("rg -c 'sk_(live|test)_', the floor", "ripgrep", "")] : []),
      row(
        "keywarden scan",
        "tree",
        ripgrep ? `${times(medianRatio(samples.tree, samples.ripgrep))} ripgrep` : "",
      ),
    ],
  };
}

function hasRipgrep(): boolean {
  try {
    execFileSync("rg", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
