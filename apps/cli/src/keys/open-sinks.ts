import { openSink, type Sink } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

/** Opens the sinks for a new key. @throws CliError CLI_USAGE for a sink that is named twice, SinkError for an invalid one */
export function openSinks(
  targets: readonly string[],
  { env, directory }: Pick<Terminal, "env" | "directory">,
): readonly Sink[] {
  const doubled = targets.find((target, index) => targets.indexOf(target) !== index);
  if (doubled !== undefined) throw new CliError("CLI_USAGE", `--to ${doubled} is given twice.`);
  return targets.map((target) => openSink(target, { env, directory, fetch }));
}
