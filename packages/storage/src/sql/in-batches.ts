// Statements of a few sizes are built once and make up every number of rows.
const sizes = [64, 8, 1] as const;

/** Parts rows into batches of 64, 8 and 1, so that whoever writes them needs no other statement. */
export function inBatches<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const batches: (readonly Row[])[] = [];
  let start = 0;
  for (const size of sizes)
    for (; rows.length - start >= size; start += size) batches.push(rows.slice(start, start + size));
  return batches;
}
