import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { GuardFolder } from "./key-files.ts";

// Settings and hooks are not larger.
const largestText = 1024 * 1024;

/** Looks into the folder that an agent works in, and from there. */
export function guardFolder(directory: string): GuardFolder {
  const full = (path: string): string => resolve(directory, path);
  const lists = new Map<string, readonly string[] | null>();
  const targets = new Map<string, string | null>();
  const texts = new Map<string, string | null>();
  return {
    list: (path) => remember(lists, path, () => readdirSync(full(path))),
    target: (path) =>
      remember(targets, path, () => {
        const real = realpathSync(full(path));
        return real === full(path) ? null : real;
      }),
    text: (path) =>
      remember(texts, path, () => {
        const at = statSync(full(path));
        return at.isFile() && at.size <= largestText ? readFileSync(full(path), "utf8") : null;
      }),
  };
}

function remember<Value>(
  known: Map<string, Value | null>,
  path: string,
  look: () => Value | null,
): Value | null {
  if (!known.has(path)) known.set(path, attempt(look));
  return known.get(path) ?? null;
}

function attempt<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch {
    return null;
  }
}
