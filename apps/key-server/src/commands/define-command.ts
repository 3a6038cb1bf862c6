import { makeDefineCommand } from "@keywarden/command-line";
import type { ServerProcess } from "../process.ts";

/** Makes a command of `keywarden-server`. */
export const defineCommand = makeDefineCommand<ServerProcess>();
