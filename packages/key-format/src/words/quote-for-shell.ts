/** Writes a word so that a POSIX shell reads it as it is: in single quotes, unless it needs none. */
export function quoteForShell(word: string): string {
  return isPlain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

// A leading ~ or = is expanded by some shells; a # begins a comment only where a word begins.
const isPlain = /^[\w.:@%+/-][\w.:@%+/=#-]*$/;
