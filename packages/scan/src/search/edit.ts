/** How bytes were put together of others. */
export interface Edit {
  /** Pieces that were taken over: of each its offset in the old bytes, its size and its offset in the new ones. */
  readonly copies: readonly number[];
  /**
   * Pairs of offsets in the new bytes, in ascending order: between the two stands what is new. Where they are equal, two
   * pieces meet, or the bytes begin or end.
   */
  readonly changes: readonly number[];
}

/** A run of bytes around a change. */
export interface EditWindow {
  readonly start: number;
  readonly end: number;
}

/** Gives all changes with so many bytes on both sides, those that touch as one, in order. */
export function windowsOf({ changes }: Edit, sizeBytes: number, aroundBytes: number): readonly EditWindow[] {
  const windows: { start: number; end: number }[] = [];
  let last: { start: number; end: number } | undefined;
  for (let index = 0; index < changes.length; index += 2) {
    const start = Math.max(0, (changes[index] ?? 0) - aroundBytes);
    const end = Math.min(sizeBytes, (changes[index + 1] ?? 0) + aroundBytes);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else windows.push((last = { start, end }));
  }
  return windows;
}
