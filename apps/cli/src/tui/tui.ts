import { accessSync, constants, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { Call } from "@keywarden/command-line";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

const name = "keywarden-tui";

/** `keywarden tui`: hands this terminal to keywarden-tui. */
export function tui({ operands }: Pick<Call, "operands">, terminal: Terminal): Promise<never> {
  const file = findBeside(terminal.program) ?? findOnPath(terminal.env);
  if (file !== null) return terminal.become(file, operands);
  throw new CliError(
    "CLI_PROGRAM",
    `${name} is not installed: install its package where keywarden is, or put it on the PATH`,
  );
}

/** Looks only where whoever installed this program could write: never in the folder that somebody happens to be in. */
function findBeside(program: string): string | null {
  if (!isAbsolute(program)) return null;
  for (const from of new Set([program, resolveLinks(program)])) {
    try {
      const manifest = createRequire(from).resolve(`${name}/package.json`);
      return join(dirname(manifest), "dist", "main.js");
    } catch {
      // Not there: the other path is asked.
    }
  }
  return null;
}

function findOnPath({ PATH = "" }: Terminal["env"]): string | null {
  for (const folder of PATH.split(delimiter).filter(isAbsolute)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return realpathSync(file);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function resolveLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
