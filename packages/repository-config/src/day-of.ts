/** Gives the first instant of a day in UTC, in epoch milliseconds; `null` for a day that does not exist. */
export function dayOf(text: string): number | null {
  const atMs = Date.parse(`${text}T00:00:00.000Z`);
  // Some engines take the 30th of February for the 2nd of March.
  return Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== text ? null : atMs;
}
