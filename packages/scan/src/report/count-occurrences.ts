/** Makes a counter that says for the how manyth time it meets a text, starting at 1. */
export function countOccurrences(): (text: string) => number {
  const seen = new Map<string, number>();
  return (text) => {
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return count;
  };
}
