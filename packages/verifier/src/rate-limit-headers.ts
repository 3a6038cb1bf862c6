import type { RateLimitState } from "@keywarden/management";

/** Writes `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10); none for a key without limits. */
export function rateLimitHeaders(states: readonly RateLimitState[]): Readonly<Record<string, string>> {
  if (states.length === 0) return {};
  const name = ({ windowSeconds }: RateLimitState) => `"per-${windowSeconds}s"`;
  return {
    "ratelimit-policy": states
      .map((state) => `${name(state)};q=${state.requests};w=${state.windowSeconds}`)
      .join(", "),
    ratelimit: states
      .map((state) => `${name(state)};r=${state.remaining};t=${state.resetSeconds}`)
      .join(", "),
  };
}
