import type { Fault } from "./emulator-contract.ts";
import { refusal } from "./routes/route.ts";
import type { EmulatedAnswer } from "./routes/route.ts";
import type { EmulatorState } from "./state.ts";

/** The fault that is due for a route, counted off; null when the route is to work. */
export function takeFault(state: EmulatorState, route: string): Fault | null {
  const fault = state.faults.find((candidate) => candidate.route === route && candidate.remaining > 0);
  if (fault === undefined) return null;
  fault.remaining -= 1;
  return fault;
}

/** A fault in GitHub's words. */
export function faultAnswer({ status, retryAfter }: Fault): EmulatedAnswer {
  const headers: Readonly<Record<string, string>> =
    retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  if (status === 401) return refusal(401, "Bad credentials", headers);
  if (status === 403 || status === 429) return secondaryLimit(status, headers["retry-after"]);
  return refusal(status, status >= 500 ? "Server Error" : "Not Found", headers);
}

/** What GitHub answers to whoever does too much at once. */
export function secondaryLimit(status: 403 | 429, retryAfter: string | undefined): EmulatedAnswer {
  return refusal(
    status,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    retryAfter === undefined ? {} : { "retry-after": retryAfter },
  );
}
