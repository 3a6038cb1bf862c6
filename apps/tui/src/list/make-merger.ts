/** Says which of two rows comes first, as `sort` expects it. */
export type Compare = (a: unknown, b: unknown) => number;

/** Merges runs that are in order, a part at a time. */
export interface Merger {
  /** What has been merged. */
  readonly merged: readonly unknown[];
  /** Merges so many rows more, and says whether none is left. */
  readonly take: (most: number) => boolean;
}

/** Makes what merges runs in order; equal rows come from the first run first. */
export function makeMerger(runs: readonly (readonly unknown[])[], order: Compare): Merger {
  const at = runs.map(() => 0);
  const rowOf = (run: number): unknown => runs[run]?.[at[run] ?? 0];
  const isBefore = (a: number, b: number): boolean => (order(rowOf(a), rowOf(b)) || a - b) < 0;
  // A heap of the runs that have rows left, by their next row.
  const heap: number[] = [];
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] ?? 0, heap[a] ?? 0];
  };
  const isHigher = (a: number, b: number): boolean => isBefore(heap[a] ?? 0, heap[b] ?? 0);
  const sink = (): void => {
    for (let parent = 0; ;) {
      let first = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < heap.length && isHigher(child, first)) first = child;
      if (first === parent) return;
      swap(first, parent);
      parent = first;
    }
  };
  for (const [run, rows] of runs.entries()) {
    if (rows.length === 0) continue;
    heap.push(run);
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!isHigher(child, parent)) break;
      swap(child, parent);
      child = parent;
    }
  }
  const merged: unknown[] = [];
  return {
    merged,
    take: (most) => {
      for (let taken = 0; taken < most && heap.length > 0; taken += 1) {
        const run = heap[0] ?? 0;
        merged.push(rowOf(run));
        at[run] = (at[run] ?? 0) + 1;
        if (at[run] === runs[run]?.length) {
          const last = heap.pop() ?? 0;
          if (heap.length > 0) heap[0] = last;
        }
        sink();
      }
      return heap.length === 0;
    },
  };
}
