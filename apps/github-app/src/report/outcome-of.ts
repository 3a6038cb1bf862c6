import type { Decision, Exposure, RevokeIntent } from "@keywarden/storage";
import { findDocs } from "./find-docs.ts";
import type { KeyOutcome } from "./report-input.ts";

/** Gives what became of a key by what is decided, or `null` for what nobody needs to hear of. */
export function outcomeOf(
  exposure: Pick<Exposure, "confidence" | "provider">,
  { state, reason, receivedAtMs }: Pick<Decision, "state" | "reason" | "receivedAtMs">,
  intent: Pick<RevokeIntent, "finishedAtMs"> | null,
  isPublic: boolean,
  /** Ids of the providers that the App can ask. */
  asked: readonly string[],
): KeyOutcome | null {
  switch (state) {
    case "revoked":
      return { is: "revoked", afterMs: Math.max(0, (intent?.finishedAtMs ?? receivedAtMs) - receivedAtMs) };
    case "would-revoke":
      return { is: "would-revoke" };
    case "held":
      if (reason === "own-token" || reason === "refused") return { is: reason };
      if (reason === "replacing" || reason === "replacement-stuck") return { is: "replacing" };
      if (reason === "not-replaced") return { is: "held", by: "policy" };
      if (reason === "policy-asks" || reason === "repository-asks" || reason === "protected")
        return { is: "held", by: "policy" };
      return { is: "held", by: reason === "breaker" ? "breaker" : "kill-switch" };
    case "revoke":
      return { is: "not-revoked-yet" };
    case "waiting":
      return { is: "unknown" };
    case "reported":
    default:
      return reported(exposure, reason, isPublic, asked);
  }
}

function reported(
  { confidence, provider }: Pick<Exposure, "confidence" | "provider">,
  reason: string,
  isPublic: boolean,
  asked: readonly string[],
): KeyOutcome | null {
  switch (reason) {
    case "not-ours":
      // Nobody was asked, so nobody has said that it is not live.
      if (provider !== null && !asked.includes(provider) && confidence !== "low")
        return {
          is: confidence === "high" ? "of-another" : "perhaps-of-another",
          docs: findDocs(provider),
        };
      // Little speaks for its being a key, and nobody says that it is one. In a public repository silence would tell just
      // that to whoever tries keys.
      return confidence === "low" && !isPublic ? null : { is: "not-ours" };
    case "publishable":
      return null;
    case "policy-ignores":
      // Only live keys of ours are ignored, and silence would tell just that.
      return isPublic ? { is: "policy-reports" } : null;
    case "inactive":
    case "in-grace":
    case "in-history":
    case "of-unknown-age":
    case "of-unknown-environment":
    case "not-production":
    case "rejected":
    case "policy-reports":
      return { is: reason };
    default:
      return { is: "unknown" };
  }
}
