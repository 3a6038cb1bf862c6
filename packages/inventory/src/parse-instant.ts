import { isCalendarDay } from "@keywarden/key-format";

/** Reads an instant in ISO 8601, a day as its first millisecond in UTC; null for other text, and for a day that does not exist. */
export function parseInstant(text: string): number | null {
  const atMs = pattern.test(text) && isCalendarDay(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

// Without a zone a time would mean something else on every machine.
const pattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
