import { withoutScheme } from "./secret-token.ts";

const knownStart =
  /^[a-z]{2,8}_(?:(?:live|prod|production|test|sand|sandbox|dev|development|stage|staging)_)?/;

/**
 * Gives what may be shown of a key: its prefix, `…`, and the last 4 characters of a body of 24 or more, the last 2 of 12 or more,
 * else nothing (key-formats.md §8). Text whose prefix is not recognised shows no prefix.
 *
 * @param prefix the key's prefix where the caller knows the format; without it only the usual spellings are recognised
 */
export function redact(keyText: string, prefix?: string): string {
  const text = withoutScheme(keyText);
  const shown = prefix !== undefined && text.startsWith(prefix) ? prefix : (knownStart.exec(text)?.[0] ?? "");
  const tail = trailingAlphanumerics(text, shown.length);
  const visible = tail >= 24 ? 4 : tail >= 12 ? 2 : 0;
  return `${shown}…${text.slice(text.length - visible)}`;
}

// A prefix that is not recognised may hide in the text, so only the run after the last separator counts as body: it is never longer than the true one.
function trailingAlphanumerics(text: string, from: number): number {
  let start = text.length;
  while (start > from && text.length - start < 24 && /[0-9A-Za-z]/.test(text.charAt(start - 1))) start -= 1;
  return text.length - start;
}
