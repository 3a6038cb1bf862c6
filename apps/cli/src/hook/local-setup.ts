import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@keywarden/files";
import { renderShortcut } from "@keywarden/git";
import type { HookName, HookReport, HookShortcut, Repository } from "@keywarden/git";
import { writeWhole } from "../write-whole.ts";

/**
 * Writes into the git directory what a hook needs of this machine: the Node to run it and, where the hook is committed,
 * the lines that let git prove a commit clean. Nothing of either is right on another machine or for another version.
 */
export function writeLocalSetup(
  { commonDirectory }: Repository,
  name: HookName,
  { runtime, shortcut }: { readonly runtime: string; readonly shortcut: HookShortcut | null },
): void {
  const folder = localFolder(commonDirectory);
  makeFolder(folder);
  writeWhole(join(folder, "node"), `${runtime}\n`);
  const file = join(folder, name);
  if (shortcut === null) rmSync(file, { force: true });
  else writeWhole(file, renderShortcut(shortcut));
}

/** Takes that out again for one hook. */
export function removeLocalSetup({ commonDirectory }: Repository, name: HookName): void {
  rmSync(join(localFolder(commonDirectory), name), { force: true });
}

/** Gives the lines by which a hook of ours lets git prove a commit clean, wherever they stand; null if it has none. */
export function installedShortcut({ commonDirectory }: Repository, hook: HookReport): string | null {
  if (hook.shortcut !== null || hook.command?.startsWith("sh ") !== true) return hook.shortcut;
  try {
    return readFileSync(join(localFolder(commonDirectory), hook.name), "utf8");
  } catch {
    return null;
  }
}

const localFolder = (commonDirectory: string): string => join(commonDirectory, "keywarden");
