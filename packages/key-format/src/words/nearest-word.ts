/**
 * Gives the candidate that a word was probably meant to be: one that it misspells by at most two edits, or a third of a
 * longer word, the first of equals; else the only one that it begins.
 */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(2, Math.floor(candidate.length / 3));
    if (distance <= limit && distance < candidate.length && distance < (best?.distance ?? Infinity)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate ?? onlyContinuation(word.toLowerCase(), candidates);
}

// `prod` is five edits away from `production`, and still no riddle.
function onlyContinuation(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 3) return undefined;
  const [only, ...others] = candidates.filter((candidate) => candidate.toLowerCase().startsWith(word));
  return others.length === 0 ? only : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
