/** Whether a text that begins with a date such as `2026-01-31` names a day that exists. */
export function isCalendarDay(text: string): boolean {
  const day = text.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00.000Z`);
  // Some engines take the 30th of February for the 2nd of March.
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}
