/** Whether a row passes a filter. */
export type RowTest = (row: unknown) => boolean;

/** Looking through a long list for what passes a filter, a part at a time, so that nobody who types waits for it. */
export interface Scan {
  readonly rows: readonly unknown[];
  readonly test: RowTest;
  /** How many rows have been looked at. */
  readonly at: number;
  /** What passes of them; it is added to in place, because copying it for each part is quadratic. */
  readonly found: unknown[];
}
