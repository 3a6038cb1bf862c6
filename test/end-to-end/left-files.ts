import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The text of every file that a program left behind, and its name. */
export function leftIn(directory: string, inputs: ReadonlySet<string>): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !inputs.has(entry.name))
    .map((entry) =>
      entry.isFile()
        ? `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), "latin1")}`
        : entry.name,
    )
    .join("\n");
}

/** Writes files that only their owner can read, and gives their names. */
export function writeInputs(
  directory: string,
  inputs: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  for (const [name, text] of Object.entries(inputs))
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  return new Set(Object.keys(inputs));
}
