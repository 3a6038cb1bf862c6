/** Gives the known word that a misspelt one most likely means: at most two edits away, and null when none is. */
export function nearestWord(written: string, known: readonly string[]): string | null {
  const ranked = known
    .map((word) => ({ word, edits: countEdits(written, word) }))
    .filter(({ word, edits }) => edits <= Math.min(2, word.length - 1))
    .sort((left, right) => left.edits - right.edits);
  return ranked[0]?.word ?? null;
}

function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [rowIndex, letter] of Array.from(from).entries()) {
    const next = [rowIndex + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const substitution = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substitution, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
