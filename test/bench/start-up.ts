import { programs } from "./programs.ts";
import { milliseconds, type Section, times } from "./report.ts";
import { runOnce } from "./run-once.ts";
import { median, medianRatio, timeInTurns } from "./statistics.ts";

const asked = [
  ["--version", 0],
  ["--help", 0],
  ["help completions", 0],
  ["--verison", 2],
] as const;

/** What whoever asks a program for its version or help waits for, or mistypes a flag, next to starting Node at all. */
export async function benchStartUp(): Promise<Section> {
  const node = process.execPath;
  const place = { cwd: import.meta.dirname, env: process.env };
  const questions = Object.entries(programs).flatMap(([name, file]) =>
    asked.map(([words, expected]) => ({
      name: `${name} ${words}`,
      ask: () => runOnce(node, [file, ...words.split(" ")], { ...place, expected }),
    })),
  );
  const samples: Readonly<Record<string, readonly number[]>> = await timeInTurns(
    {
      floor: () => runOnce(node, ["-e", "0"], { ...place, expected: 0 }),
      ...Object.fromEntries(questions.map(({ name, ask }) => [name, ask])),
    },
    15,
  );
  const floor = samples["floor"] ?? [];
  return {
    title: "Start-up",
    method: "Wall time of one process that answers and ends; median of 15 rounds in turns.",
    rows: Object.entries(samples).map(([name, values]) => ({
      measure: name === "floor" ? "node -e 0, the floor" : name,
      value: milliseconds(median(values)),
      compared: name === "floor" ? "" : `${times(medianRatio(values, floor))} node -e 0`,
    })),
  };
}
