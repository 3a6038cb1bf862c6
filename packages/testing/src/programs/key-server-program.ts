import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { readyAddressOf, type RunningProgram, startProgram } from "./program.ts";

export interface KeyServerProgram {
  readonly program: RunningProgram;
  readonly url: string;
  readonly tokenFile: string;
  /** The administrator's bootstrap token. */
  readonly token: Secret;
}

/** Starts a `keywarden-server` file on a free port with its data in `directory`. */
export async function startKeyServer(options: {
  readonly file: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
}): Promise<KeyServerProgram> {
  const program = await startProgram({
    name: "keywarden-server",
    file: options.file,
    args: ["--data", options.directory, "--port", "0", ...(options.args ?? [])],
    env: options.env,
  });
  const tokenFile = join(options.directory, "bootstrap-token");
  return {
    program,
    url: readyAddressOf(program),
    tokenFile,
    token: new Secret(readFileSync(tokenFile, "utf8").trim()),
  };
}
