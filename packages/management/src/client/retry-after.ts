/** A server that asks for more is believed for a day; it is asked again then. */
const longestMs = 24 * 3_600_000;

/** Reads `Retry-After` as milliseconds from now, at most a day; a date counts from the server's own `Date`, so clocks may differ. */
export function parseRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d{1,15}$/.test(value)) return Math.min(longestMs, Number(value) * 1000);
  // Date.parse takes nearly anything for a date, so only what looks like RFC 9110's is given to it.
  const atMs = /^[A-Z][a-z]{2}, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  const serverNowMs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(atMs) || Number.isNaN(serverNowMs)) return undefined;
  return Math.min(longestMs, Math.max(0, atMs - serverNowMs));
}
