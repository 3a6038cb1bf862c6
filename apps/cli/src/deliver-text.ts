import { describeWriteError } from "@keywarden/command-line";
import { resolve } from "node:path";
import { CliError } from "./cli-error.ts";
import type { ColorFlags } from "./flags/report-flags.ts";
import { isColoured } from "./colour.ts";
import type { Terminal } from "./terminal.ts";

export interface Canvas {
  readonly isColoured: boolean;
  /** Columns to fill. */
  readonly width: number;
}

/** How a report is asked for. */
export interface TextRequest<Format extends string> {
  readonly format: Format;
  readonly output: string | undefined;
  readonly color?: ColorFlags["color"];
}

/**
 * Prints a report in the format that was asked for; with `--output` it goes to that file, and the terminal gets the text.
 *
 * @throws CliError CLI_OUTPUT when the file cannot be written; the text is printed by then.
 */
export async function deliverText<Format extends string>(
  render: (format: Format | "text", canvas: Canvas) => string,
  { format: wanted, output, color }: TextRequest<Format>,
  { env, isTerminal, columns, directory, print }: Terminal,
): Promise<void> {
  const width = Math.max(40, Math.min(columns ?? 100, 120));
  const canvas = (isFile: boolean): Canvas => ({
    isColoured: isColoured(color, env, isTerminal === true && !isFile),
    width,
  });
  print(render(output === undefined ? wanted : "text", canvas(false)));
  if (output === undefined) return;
  const { writeWhole } = await import("./write-whole.ts");
  try {
    writeWhole(resolve(directory, output), render(wanted, canvas(true)));
  } catch (error) {
    const why = describeWriteError(error);
    throw new CliError("CLI_OUTPUT", `The report cannot be written to ${output}: ${why}.`, { cause: error });
  }
}
