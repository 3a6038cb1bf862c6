/**
 * Gives the candidate that a word was probably meant to be: one that it misspells by an edit for each three characters of
 * the shorter, and one at least, the first of equals; else the only one that it begins, or that begins it up to a dash.
 * Neighbours in the wrong order are one edit, and the dashes of a flag are no characters of a word.
 */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const bare = bareOf(word);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const other = bareOf(candidate);
    const distance = editDistance(bare, other);
    const limit = Math.max(1, Math.floor(Math.min(bare.length, other.length) / 3));
    if (distance <= limit && distance < other.length && distance < (best?.distance ?? Infinity)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate ?? onlyContinuation(word.toLowerCase(), candidates);
}

const bareOf = (word: string): string => word.toLowerCase().replace(/^-+/, "");

// `prod` is five edits away from `production`, and `claude-code` as many from `claude`: no riddles.
function onlyContinuation(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 3) return undefined;
  const [only, ...others] = candidates.filter((candidate) => {
    const other = candidate.toLowerCase();
    return other.startsWith(word) || word.startsWith(`${other}-`);
  });
  return others.length === 0 ? only : undefined;
}

function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          isSwapped ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
