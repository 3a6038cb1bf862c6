import { isSignedQuery } from "@keywarden/key-format";

const longestFront = 900;
const longestBehind = 400;

// What a query is written in, also where `&` is an entity; `?` begins it, and `;` of a list of settings ends it.
const front = /(?:[\w%=.:+~/,*-]|&(?:amp;)?)*$/;
const behind = /^(?:[\w%=.:+~/,*-]|&(?:amp;)?)*/;

/** Finds the query around a signature that itself gives the right to what it names; `null` where there is none. */
export function findSignedQuery(
  bytes: Buffer,
  start: number,
): { readonly start: number; readonly end: number } | null {
  const [before = ""] = front.exec(bytes.toString("latin1", Math.max(0, start - longestFront), start)) ?? [];
  const [after = ""] = behind.exec(bytes.toString("latin1", start, start + longestBehind)) ?? [];
  // In settings the name stands in front: `SharedAccessSignature=sv=…`, `SAS_TOKEN=sv=…`.
  const text = before + after;
  const skipped = /^(?:[\w.-]*=)?(?=(?:s[a-z]{1,3}|r|api-version)=)/.exec(text)?.[0].length ?? 0;
  const query = text.slice(skipped).replace(/[.,:/]+$/, "");
  const first = start - before.length + skipped;
  return isSignedQuery(query) ? { start: first, end: first + query.length } : null;
}
