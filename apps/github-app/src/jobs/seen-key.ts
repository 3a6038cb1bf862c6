import type { Match } from "@keywarden/scan";
import type { SeenKey } from "./job-payloads.ts";

/** Whether a match is worth asking a provider about: neither public by design, nor a placeholder, nor printed in a document. */
export function isCandidate(match: Match): boolean {
  return match.kind !== "publishable" && (match.verdict === "key" || match.verdict === "malformed");
}

/** Gives everything about a match but the key. */
export function seenKeyFrom(match: Match): SeenKey {
  const { fingerprint, redacted, provider, candidates, kind, environment, label, confidence } = match;
  return {
    fingerprint,
    redacted,
    provider,
    candidates: [...candidates],
    kind,
    environment,
    label,
    confidence,
  };
}
