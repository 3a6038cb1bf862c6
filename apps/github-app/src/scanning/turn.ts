/** Work has taken its time, and others are waiting; what was done of it is not kept. */
export class TurnOver extends Error {
  override readonly name = "TurnOver";
}

/** Is called as work goes on. @throws {@link TurnOver} when the time is over */
export type Turn = () => void;

/** Begins a turn; with `null` for as long as it takes. Measured by a clock that nobody sets. */
export function beginTurn(mostMs: number | null): Turn {
  if (mostMs === null) return () => {};
  const endMs = performance.now() + mostMs;
  return () => {
    if (performance.now() >= endMs) throw new TurnOver("the turn is over");
  };
}
