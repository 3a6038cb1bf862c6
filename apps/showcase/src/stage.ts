import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningProgram } from "@keywarden/testing/programs";

export interface Room {
  /** A fresh directory that holds everything the showcase makes. */
  readonly directory: string;
  /** Environment for child processes: the user's own, less what would change what git does. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly node: string;
  /** Makes the stage responsible for stopping the program. */
  keep(program: RunningProgram): void;
  /** Stops every program, the youngest first, and removes the directory. Safe to call twice. */
  clear(): Promise<void>;
}

/** Makes the room in which the showcase plays and which it leaves as it found it. */
export function makeRoom(options: {
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Room {
  const directory = mkdtempSync(join(tmpdir(), "keywarden-showcase-"));
  const programs: RunningProgram[] = [];
  const clear = async (): Promise<void> => {
    for (const program of programs.toReversed()) await program.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  let cleared: Promise<void> | undefined;
  return {
    directory,
    node: options.node,
    // A global hooks path, a signing key or a template of the user would change what the newcomer sees.
    env: {
      ...Object.fromEntries(Object.entries(options.env).filter(([name]) => !name.startsWith("GIT_"))),
      GIT_CONFIG_GLOBAL: join(directory, "gitconfig"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Dana Developer",
      GIT_AUTHOR_EMAIL: "dana@example.invalid",
      GIT_COMMITTER_NAME: "Dana Developer",
      GIT_COMMITTER_EMAIL: "dana@example.invalid",
    },
    keep: (program) => void programs.push(program),
    clear: () => (cleared ??= clear()),
  };
}
