import { existsSync, readFileSync, writeFileSync } from "node:fs";

const fileOf = (target: string): URL => new URL(`corpus/${target}.txt`, import.meta.url);

/** Reads the inputs that are kept for a target: one line of hexadecimal digits each. They are decisions, never text. */
export function readCorpus(target: string): readonly Buffer[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  return readFileSync(file, "latin1")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Buffer.from(line, "hex"));
}

export function writeCorpus(target: string, inputs: readonly Buffer[]): void {
  const lines = inputs.map((input) => input.toString("hex"));
  writeFileSync(fileOf(target), `${[...new Set(lines)].sort().join("\n")}\n`);
}
