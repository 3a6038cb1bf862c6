/** Writes a number of things in words: `1 key`, `2 keys`; a plural that is not made with an s is given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
