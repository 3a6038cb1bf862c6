import type { Program } from "@keywarden/command-line";
import { program as cli } from "../../apps/cli/src/program.ts";
import { program as githubApp } from "../../apps/github-app/src/program.ts";
import { program as keyServer } from "../../apps/key-server/src/program.ts";
import { program as tui } from "../../apps/tui/src/program.ts";

/** The four programs by their names. */
export const programs: Readonly<Record<string, Program>> = Object.fromEntries(
  [cli, githubApp, keyServer, tui].map((program) => [program.name, program as unknown as Program]),
);
