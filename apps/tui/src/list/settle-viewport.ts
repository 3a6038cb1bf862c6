/** What part of a long list is on screen. */
export interface Viewport {
  /** Index of the row under the cursor. */
  readonly cursor: number;
  /** Index of the first row on screen. */
  readonly top: number;
}

/** Keeps cursor and window inside a list of `count` rows seen through `height` lines, moving as little as possible. */
export function settleViewport({ cursor, top }: Viewport, count: number, height: number): Viewport {
  const rows = Math.max(1, height);
  const settledCursor = Math.max(0, Math.min(cursor, count - 1));
  const lowestTop = Math.max(0, count - rows);
  const visibleTop = Math.min(Math.max(top, settledCursor - rows + 1), settledCursor);
  return { cursor: settledCursor, top: Math.max(0, Math.min(visibleTop, lowestTop)) };
}
