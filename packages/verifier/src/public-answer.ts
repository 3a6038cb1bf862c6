import { countOf } from "@keywarden/key-format";
import type { DenialCode, RateLimitState } from "@keywarden/management";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

export interface PublicAnswer {
  readonly status: 401 | 403 | 429;
  readonly code: "UNAUTHENTICATED" | "INVALID_TOKEN" | "FORBIDDEN" | "RATE_LIMITED";
  /** What to check; the same for all reasons that a sender must not distinguish. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

const invalid =
  "Invalid API key. Check that it was copied whole, belongs to this provider and environment, and has not been revoked or expired.";
const restricted =
  "This API key does not have permission for this resource. Check its IP addresses, referrers, endpoints, permissions and scope where the key was made.";

/** What a refused sender learns: nothing that distinguishes a revoked key from an unknown one, or names the restriction. */
export function publicAnswer(denied: {
  readonly code: DenialCode;
  readonly rateLimits: readonly RateLimitState[];
  readonly retryAfterSeconds?: number;
}): PublicAnswer {
  switch (denied.code) {
    case "missing-key":
      return answer(
        401,
        "UNAUTHENTICATED",
        'Missing API key. Send it in the header "Authorization: Bearer <key>".',
      );
    case "malformed-key":
    case "unknown-key":
    case "other-provider":
    case "key-revoked":
    case "key-disabled":
    case "key-expired":
    case "grace-ended":
      return answer(401, "INVALID_TOKEN", invalid);
    case "too-many-bad-keys":
    case "rate-limited": {
      const seconds = denied.retryAfterSeconds ?? 1;
      const what =
        denied.code === "rate-limited" ? "requests with this API key" : "attempts with bad API keys";
      return answer(429, "RATE_LIMITED", `Too many ${what}. Try again in ${countOf(seconds, "second")}.`, {
        "retry-after": String(seconds),
        ...rateLimitHeaders(denied.rateLimits),
      });
    }
    case "ip-not-allowed":
    case "referrer-not-allowed":
    case "endpoint-not-allowed":
    case "kind-not-allowed":
    case "permission-missing":
    case "product-not-named":
    case "product-not-allowed":
    case "tenant-not-named":
    case "tenant-not-allowed":
    case "project-not-named":
    case "project-not-allowed":
      break;
  }
  return answer(403, "FORBIDDEN", restricted);
}

function answer(
  status: PublicAnswer["status"],
  code: PublicAnswer["code"],
  message: string,
  headers: Readonly<Record<string, string>> = {},
): PublicAnswer {
  return { status, code, message, headers };
}
