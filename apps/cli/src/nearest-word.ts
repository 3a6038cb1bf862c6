/** Gives the word that `text` was probably meant to be, or null when none is near enough. */
export function nearestWord(text: string, words: readonly string[]): string | null {
  let nearest: string | null = null;
  // Two slips in a long word, one in a short one.
  let best = text.length < 5 ? 2 : 3;
  for (const word of words) {
    const distance = word.startsWith(text) && text.length > 2 ? 1 : editDistance(text, word);
    if (distance < best) [nearest, best] = [word, distance];
  }
  return nearest;
}

// Insertions, deletions, replacements and swapped neighbours each count as one slip.
function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return 3;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 3;
}
