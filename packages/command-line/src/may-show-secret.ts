import { existsSync } from "node:fs";
import type { Program } from "./program.ts";
import type { ProcessTerminal } from "./terminal.ts";

// No key of a built-in format has a shorter run; the password of a URL may be of any length.
const longRun = /[0-9A-Za-z+/=_.-]{10,}/g;

/**
 * Whether a sentence about a call could show a key, a token or a password. To load the formats and look takes longer than
 * to read a command line, and hardly any mistake in one needs it.
 */
export function mayShowSecret<T extends ProcessTerminal>(
  text: string,
  { name, formatFiles }: Pick<Program<T>, "name" | "formatFiles">,
  terminal: T,
): boolean {
  // Keys of a format that a person declares may be of any length, too.
  if (text.includes("://") || (formatFiles?.(terminal) ?? []).some((file) => existsSync(file))) return true;
  return (text.match(longRun) ?? []).some((run) => run.replace(/\.$/, "") !== name);
}
