import { isCalendarDay } from "@keywarden/key-format";
import { ScanError } from "../scan-error.ts";

const units: Readonly<Record<string, number>> = {
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 7 * 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  y: 365 * 86_400,
  year: 365 * 86_400,
};

/**
 * Reads a date (`2026-01-31`, with a time and zone if wanted; UTC unless it says otherwise) or how long ago (`90d`, `2 weeks`).
 *
 * git would take any text at all here and mean "now" by what it does not understand.
 *
 * @returns epoch milliseconds, before `nowMs`: commits of the future are nobody's question, and a wrong year is easily written.
 * @throws ScanError SCAN_USAGE
 */
export function parseSince(text: string, nowMs: number): number {
  const span = /^(?<count>\d{1,6}) ?(?<unit>[a-z]+?)s?(?: ago)?$/u.exec(text.trim())?.groups;
  const seconds = units[span?.["unit"] ?? ""];
  if (span !== undefined && seconds !== undefined)
    return pastOf(text, nowMs - Number(span["count"]) * seconds * 1000, nowMs);
  const isWritten = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/u.test(
    text.trim(),
  );
  const date = isWritten && isCalendarDay(text.trim()) ? Date.parse(withZone(text.trim())) : Number.NaN;
  if (Number.isNaN(date)) {
    throw new ScanError(
      "SCAN_USAGE",
      `--since takes a date such as 2026-01-31 or 2026-01-31T12:00Z, or how long ago such as 36h, 90d or 2 weeks, not ${JSON.stringify(text)}.`,
    );
  }
  return pastOf(text, date, nowMs);
}

function pastOf(text: string, sinceMs: number, nowMs: number): number {
  if (sinceMs < nowMs) return sinceMs;
  throw new ScanError(
    "SCAN_USAGE",
    `--since ${JSON.stringify(text)} is not in the past, so no commit would be scanned.`,
  );
}

// A time without a zone would mean another instant on every machine.
function withZone(text: string): string {
  const time = text.replace(" ", "T");
  return !time.includes("T") || /(?:Z|[+-]\d\d:?\d\d)$/u.test(time) ? time : `${time}Z`;
}
