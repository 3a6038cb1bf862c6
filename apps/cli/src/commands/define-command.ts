import { makeDefineCommand } from "@keywarden/command-line";
import type { CliProcess } from "../terminal.ts";

/** Makes a command of `keywarden`. */
export const defineCommand = makeDefineCommand<CliProcess>();
