/** What a mouse did, in cells from 1. */
export interface MousePress {
  readonly kind: "click" | "wheel-up" | "wheel-down";
  readonly column: number;
  readonly row: number;
}
