import { GitError } from "./git-error.ts";

const fullId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/** Recognises a full SHA-1 or SHA-256 object id, as opposed to abbreviations, revisions and options. */
export function isObjectId(text: string): boolean {
  return fullId.test(text);
}

/** Recognises the all-zero id, which means "nothing" in diffs, hooks and webhooks. */
export function isZeroId(id: string): boolean {
  return /^0+$/u.test(id);
}

/** @throws {@link GitError} GIT_BAD_INPUT when the text is not a full, non-zero id. */
export function requireObjectId(text: string): string {
  if (isObjectId(text) && !isZeroId(text)) return text;
  throw new GitError(
    "GIT_BAD_INPUT",
    `${JSON.stringify(text)} is not a full object id (40 or 64 hex digits)`,
  );
}
