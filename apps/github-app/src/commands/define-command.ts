import { makeDefineCommand } from "@keywarden/command-line";
import type { AppProcess } from "../process.ts";

/** Makes a command of `keywarden-github-app`. */
export const defineCommand = makeDefineCommand<AppProcess>();
