import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RandomBytes } from "@keywarden/key-format";
import { makeDataDirectory } from "../make-data-directory.ts";
import { issueToken, makeTokenText } from "./issue-token.ts";
import type { TokenStore } from "./token-store.ts";

/**
 * Writes the first administrator's token to `<directory>/bootstrap-token`, mode 0600, when no token exists yet.
 * The file comes before the row: a crash in between leaves a token that opens nothing, and the next start
 * replaces it, whereas a row without its file would lock everybody out.
 *
 * @returns the file's path when one was written, else null
 */
export async function ensureBootstrapToken(
  storage: { readonly tokens: TokenStore; readonly now: () => number },
  directory: string,
  randomBytes: RandomBytes,
  /** The program, for the audit. */
  actor: string,
): Promise<string | null> {
  if ((await storage.tokens.count()) > 0) return null;
  const text = makeTokenText(randomBytes);
  const path = join(directory, "bootstrap-token");
  const draft = `${path}.${Buffer.from(randomBytes(8)).toString("hex")}`;
  try {
    // With the keys in PostgreSQL nobody has made the directory before.
    makeDataDirectory(directory);
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${text.reveal()}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await issueToken(storage, { name: "bootstrap", role: "admin", text }, { actor });
  return path;
}
