import { describeError } from "./describe-error.ts";
import { renderCommandHelp, renderHelp } from "./help-text.ts";
import { parseArguments } from "./parse-arguments.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** Runs one command line and gives its exit status; every failure becomes one sentence and a 2. */
export async function run(terminal: Terminal): Promise<ExitStatus> {
  try {
    const call = parseArguments(terminal.argv);
    if (call.kind === "version") {
      terminal.print(`keywarden ${version}\n`);
      return 0;
    }
    if (call.kind === "help") {
      terminal.print(
        call.command === null
          ? renderHelp()
          : renderCommandHelp(call.command, await call.command.sections?.()),
      );
      return terminal.argv.length === 0 ? 2 : 0;
    }
    const command = await call.options.command.load(call.options);
    return await command(call.options, terminal);
  } catch (error) {
    const isDebug = terminal.argv.includes("--debug");
    terminal.warn(`keywarden: ${await describeError(error, isDebug)}\n`);
    return 2;
  }
}
