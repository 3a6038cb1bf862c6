import { describeSystemError } from "@keywarden/command-line";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { quoteForShell, Secret } from "@keywarden/key-format";
import { readVariable } from "@keywarden/rotation/env-text";
import type { LoginEnvironment } from "./login-environment.ts";
import { LoginError } from "./login-error.ts";

const longestBytes = 4096;

/** Reads the one token in a file, or the value of a variable in a `.env` file: `<file>#<variable>`. @throws LoginError LOGIN_TOKEN */
export function readToken(
  source: string,
  { directory, warn }: Pick<LoginEnvironment, "directory" | "warn">,
): Secret {
  const [, file = source, variable] = /^(.+)#([\w.-]+)$/s.exec(source) ?? [];
  const path = resolve(directory, file);
  try {
    const { size, mode } = statSync(path);
    if (size > (variable === undefined ? longestBytes : longestEnvBytes)) {
      throw unusable(file, "it is too long to be a token");
    }
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    const token = variable === undefined ? text.trim() : readVariable(text, variable);
    if (token === null) throw unusable(source, `it has no ${variable}`);
    if (token === "") throw unusable(source, "it is empty");
    if (!/^[\u0021-\u007E]+$/.test(token)) throw unusable(source, "it must hold one token and nothing else");
    // Windows has no permission bits for group and others: there they are always set.
    if (!path.includes("\\") && (mode & 0o077) !== 0) {
      warn(`others on this machine can read ${file}; run: chmod 600 ${quoteForShell(file)}`);
    }
    return new Secret(token);
  } catch (error) {
    if (error instanceof LoginError) throw error;
    throw unusable(file, describeSystemError(error));
  }
}

const longestEnvBytes = 1024 * 1024;

const unusable = (file: string, why: string): LoginError =>
  new LoginError("LOGIN_TOKEN", `The token file ${file} cannot be used: ${why}.`);
