/** Makes a counter that counts how often it has met each text, this time included. */
export function countOccurrences(): (text: string) => number {
  const seen = new Map<string, number>();
  return (text) => {
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return count;
  };
}
