import {
  chmodSync,
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import type { ProviderProfile } from "@keywarden/key-format";
import { describeSystemError, describeWriteError } from "@keywarden/command-line";
import { loadConfig } from "@keywarden/repository-config";
import { scannerFor } from "@keywarden/repository-scan";
import { defaultPolicy, judgeMatches, printable } from "@keywarden/scan";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { maskKeys } from "./mask-keys.ts";

export const backupSuffix = ".unredacted";

const largestBytes = 512 * 1024 * 1024;

/** `keywarden redact <file ...>` */
export async function redactFiles(paths: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const { providers } = await loadConfig(terminal);
  let exit: ExitStatus = 0;
  for (const path of paths) {
    try {
      const named = resolve(terminal.directory, path);
      const real = realPathOf(named);
      const otherNames = statSync(real).nlink - 1;
      const masked = redactFile(real, providers);
      const what = masked === 0 ? "no key in it, so it is unchanged" : `${countText(masked)} masked`;
      // Behind a link the old file is beside the one that the link leads to.
      const backup = `${printable(real === realPathOfFolder(named) ? path : real)}${backupSuffix}`;
      const kept = masked === 0 ? "" : `; ${backup} is the old file: delete it when nothing is missing`;
      terminal.print(`${printable(path)}: ${what}${kept}\n`);
      if (masked === 0 || otherNames === 0) continue;
      exit = 2;
      const names = otherNames === 1 ? "another name" : `${otherNames} other names`;
      terminal.warn(`keywarden: ${printable(path)} has ${names} (hard links): there the keys still are\n`);
    } catch (error) {
      exit = 2;
      const why = error instanceof NotRedacted ? error.message : describeWriteError(error);
      terminal.warn(`keywarden: ${printable(path)} is unchanged: ${why}\n`);
    }
  }
  return exit;
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new NotRedacted(describeSystemError(error));
  }
}

const realPathOfFolder = (path: string): string => join(realpathSync(dirname(path)), basename(path));

class NotRedacted extends Error {
  override readonly name = "NotRedacted";
}

/** Masks one file and gives how many keys that was. @throws NotRedacted, or the error of node:fs; the file is then as it was */
function redactFile(path: string, providers: readonly ProviderProfile[]): number {
  const before = statSync(path);
  if (!before.isFile()) throw new NotRedacted("it is not a regular file");
  if (before.size > largestBytes) throw new NotRedacted("it is larger than 512 MiB");
  const bytes = readFileSync(path);
  const scanner = scannerFor(providers, true);
  const unread: string[] = [];
  const count = (content: Uint8Array): number => {
    const matches = scanner.scanBytes(content, ({ reason }) => void unread.push(reason));
    return judgeMatches(matches, "", defaultPolicy).reported.length;
  };
  const found = count(bytes);
  if (unread.length > 0) throw new NotRedacted(`it is packed and not text (${unread[0] ?? ""})`);
  if (found === 0) return 0;
  // Masks are of another length, which text bears and a database or an archive does not.
  if (bytes.includes(0)) throw new NotRedacted("it is not text");
  const masked = maskKeys(bytes, scanner);
  if (count(masked) > 0)
    throw new NotRedacted("a key in it is written in a form that cannot be masked in place");
  replace(path, masked, before);
  return found;
}

function replace(
  path: string,
  masked: Buffer,
  before: { readonly mtimeMs: number; readonly size: number; readonly mode: number },
): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  const backup = `${path}${backupSuffix}`;
  try {
    writeFileSync(draft, masked, { flag: "wx", mode: 0o600, flush: true });
    chmodSync(draft, before.mode & 0o7777);
    // Whoever writes to the file while it is masked would lose that.
    const { mtimeMs, size } = statSync(path);
    if (mtimeMs !== before.mtimeMs || size !== before.size) {
      throw new NotRedacted("it is being written to; end the program that writes to it and try again");
    }
    keepBackup(path, backup);
    renameSync(draft, path);
    chmodSync(backup, 0o600);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

// A second name for the old file costs nothing and is never half written.
function keepBackup(path: string, backup: string): void {
  try {
    linkSync(path, backup);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new NotRedacted(`there is a backup already; look at ${backup} and delete it first`);
    }
    throw error;
  }
}

const countText = (count: number): string => `${count} ${count === 1 ? "key" : "keys"}`;
