import { createRequire } from "node:module";
import type { Program } from "@keywarden/command-line";

interface EarlyProgram {
  readonly answer: (process: object) => Promise<number | null>;
}

/**
 * Asks the built file that answers help for the help of every command: what it lacks would fail only where help is asked for.
 *
 * @throws Error that names the command
 */
export async function checkHelp(file: string, { name, commands }: Program): Promise<void> {
  const early = createRequire(import.meta.url)(file) as EarlyProgram;
  for (const asked of [[], ...commands.map((command) => [command.name])]) {
    let text = "";
    const write = (part: string): void => void (text += part);
    const status = await early.answer({
      argv: ["node", "main.js", ...asked, "--help"],
      env: {},
      cwd: () => import.meta.dirname,
      stdout: { on: () => {}, write },
      stderr: { write },
    });
    // Null: the whole program answers.
    if (status !== 0 && status !== null)
      throw new Error(`${[name, ...asked, "--help"].join(" ")} fails when it is built: ${text}`);
  }
}
