import { findPlaceholder } from "../placeholder/placeholder.ts";

/**
 * Whether a query is one of Azure's shared access signatures: for storage and workflows `sv`, `sp` and `sig`, for Service Bus
 * and IoT Hub `sr`, `se` and `sig`, for Event Grid `r`, `e` and `s`.
 */
export function isSignedQuery(query: string): boolean {
  const values = readQuery(query);
  const isOfStorage = values.has("sv") && (values.has("sp") || values.has("si") || values.has("ss"));
  const isOfBus = values.has("sr") && values.has("se");
  const isOfEvents = values.has("r") && values.has("e");
  const signature = isOfStorage || isOfBus ? values.get("sig") : isOfEvents ? values.get("s") : undefined;
  // An HMAC of SHA-256 in base64.
  return signature !== undefined && /^[\w+/-]{43}=?$/.test(signature) && findPlaceholder(signature) === null;
}

/** Gives when a signed query stops working, in milliseconds since 1970; `undefined` where it does not say so. */
export function endOfSignedQuery(query: string): number | undefined {
  const values = readQuery(query);
  const end = values.get("se") ?? values.get("e");
  if (end === undefined) return undefined;
  if (/^\d{9,11}$/.test(end)) return Number(end) * 1000;
  const [, year, month, day, hour = "0", minute = "0"] =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)[\d:.]*Z)?$/.exec(end) ?? [];
  if (year !== undefined)
    return (
      daysUntil(Number(year), Number(month), Number(day)) * dayMs +
      (Number(hour) * 60 + Number(minute)) * 60_000
    );
  // Event Grid's clients write `6/15/2026 6:20:15 PM`: the day is enough.
  const [, monthFirst, dayNext, yearLast] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})[ +]/.exec(end) ?? [];
  if (yearLast === undefined) return undefined;
  return (daysUntil(Number(yearLast), Number(monthFirst), Number(dayNext)) + 1) * dayMs;
}

const dayMs = 86_400_000;

// Days since 1970 in the Gregorian calendar, of years that begin in March, so that a leap day is the last.
function daysUntil(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leaps + Math.floor((((month + 9) % 12) * 153 + 2) / 5) + day - 719_469;
}

function readQuery(query: string): ReadonlyMap<string, string> {
  return new Map(
    query.split(/&(?:amp;)?/).map((pair): readonly [string, string] => {
      const at = pair.indexOf("=");
      return at === -1 ? [pair, ""] : [pair.slice(0, at), decode(pair.slice(at + 1))];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
