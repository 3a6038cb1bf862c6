import { CliError } from "../cli-error.ts";
import { renderCommandHelp, renderHelp } from "../help-text.ts";
import type { Options } from "../options.ts";
import { findCommand } from "../parse-arguments.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden help [command]` */
export async function help({ operands }: Options, terminal: Terminal): Promise<ExitStatus> {
  const [name, extra] = operands;
  if (extra !== undefined) throw new CliError("CLI_USAGE", "keywarden help explains one command at a time.");
  const command = name === undefined ? undefined : findCommand(name);
  terminal.print(
    command === undefined ? renderHelp() : renderCommandHelp(command, await command.sections?.()),
  );
  return 0;
}
