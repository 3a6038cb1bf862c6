import { Secret } from "@keywarden/key-format";
import { open } from "node:fs/promises";
import { TuiError } from "./tui-error.ts";

const longestBytes = 4096;
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "you may not read it",
  EISDIR: "it is a folder",
};

export interface Token {
  readonly secret: Secret;
  /** A sentence when others can read the file; "" otherwise. */
  readonly warning: string;
}

/**
 * Reads the operator token.
 *
 * @throws {@link TuiError} TUI_TOKEN_FILE when the file cannot be read or holds no token
 */
export async function readToken(path: string, platform: string): Promise<Token> {
  const fail = (reason: string, cause?: unknown) =>
    new TuiError("TUI_TOKEN_FILE", `cannot use the token file ${path}: ${reason}`, { cause });
  const read = async () => {
    await using file = await open(path, "r");
    const { mode, size } = await file.stat();
    return { mode, size, text: size > longestBytes ? "" : await file.readFile("utf8") };
  };
  const { mode, size, text } = await read().catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw fail(reasons[code] ?? `it cannot be read (${code})`, error);
  });
  if (size > longestBytes) throw fail("it is too long to be a token");
  const token = text.replace(/^\uFEFF/, "").trim();
  if (token === "") throw fail("it is empty");
  if (!/^[\u0021-\u007E]+$/.test(token)) throw fail("it must contain one token on one line and nothing else");
  // Windows has no permission bits for group and others.
  const isOpen = platform !== "win32" && (mode & 0o077) !== 0;
  const warning = isOpen ? `others on this machine can read ${path}: chmod 600 it` : "";
  return { secret: new Secret(token), warning };
}
