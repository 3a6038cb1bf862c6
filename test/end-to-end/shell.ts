import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { quoteForShell } from "@keywarden/key-format";
import { programOf, runFile, type Result } from "./run-built.ts";

/** Runs one line as a person's shell does, in a folder. */
export type Shell = (line: string, directory: string) => Promise<Result>;

/** Puts the built programs under their names on a PATH, and gives a shell that finds them there. */
export function makeShell(folder: string, more: Readonly<Record<string, string | undefined>> = {}): Shell {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, app] of [
    ["keywarden", "cli"],
    ["keywarden-server", "key-server"],
    ["keywarden-github-app", "github-app"],
    ["keywarden-tui", "tui"],
  ] as const) {
    const file = join(bin, name);
    writeFileSync(
      file,
      `#!/bin/sh\nexec ${[process.execPath, programOf(app)].map(quoteForShell).join(" ")} "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
  const env = {
    ...process.env,
    HOME: folder,
    USER: "dana",
    KEYWARDEN_STATE: join(folder, "state"),
    KEYWARDEN_HOME: join(folder, "home"),
    PATH: `${bin}${delimiter}${process.env["PATH"]}`,
    ...more,
  };
  return (line, directory) => runFile("sh", ["-c", line], { directory, env });
}
