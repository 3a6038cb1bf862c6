import { quoteForShell } from "@keywarden/key-format";
import type { Terminal } from "../terminal.ts";

/** What follows a plan: that nothing was changed, and the whole command that carries it out. */
export function sayHowToCarryOut(
  { print, argv }: Pick<Terminal, "print" | "argv">,
  { readsInput = false }: { readonly readsInput?: boolean } = {},
): void {
  const how = readsInput ? "carry it out, with the same input" : "carry it out";
  print(`Nothing was changed. To ${how}:\n  ${commandOf(argv, "--yes")}\n`);
}

/** This program's call with more flags, as a shell reads it. */
export function commandOf(argv: readonly string[], ...flags: readonly string[]): string {
  // What follows a -- is never a flag.
  const end = argv.indexOf("--");
  const at = end === -1 ? argv.length : end;
  const words = [...argv.slice(0, at), ...flags, ...argv.slice(at)];
  return ["keywarden", ...words.map(quoteForShell)].join(" ");
}
