import type { Program } from "../program.ts";
import type { ProcessTerminal } from "../terminal.ts";
import { renderBash } from "./bash.ts";
import { renderFish } from "./fish.ts";
import { renderZsh } from "./zsh.ts";

/** Renders what a shell needs to complete a program. */
export function renderCompletions<T extends ProcessTerminal>(program: Program<T>, shell: string): string {
  if (shell === "fish") return renderFish(program);
  return shell === "zsh" ? renderZsh(program) : renderBash(program);
}
