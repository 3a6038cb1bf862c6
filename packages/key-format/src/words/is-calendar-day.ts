/** Whether a text that begins with a date such as `2026-01-31` names a day that exists; `Date.parse` takes 30 February for 2 March. */
export function isCalendarDay(text: string): boolean {
  const [, year = "", month = "", day = ""] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? [];
  const isLeap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const longest = isLeap && month === "02" ? 29 : (days[Number(month) - 1] ?? 0);
  return Number(day) >= 1 && Number(day) <= longest;
}

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
