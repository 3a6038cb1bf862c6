import type { Attribution, Validation } from "@keywarden/key-format";
import type { KeyPrefix } from "./key-prefix.ts";
import type { Match } from "./match.ts";

interface Circumstances {
  readonly validation: Exclude<Validation, { readonly status: "unrecognised" }>;
  readonly prefix: KeyPrefix;
  readonly bodyLength: number;
  /** The provider that strictly leads. */
  readonly leader: Attribution | null;
  /** Whether a variable or host near the key names the likeliest provider. */
  readonly isNamedNearby: boolean;
}

/** Says how sure it is that a candidate is a key, and why, in words for people. */
export function judgeConfidence(
  circumstances: Circumstances,
): Pick<Match, "verdict" | "confidence" | "reason"> {
  const { validation } = circumstances;
  if (validation.status === "valid") return judgeValid(validation, circumstances);
  if (validation.status === "malformed") return judgeMalformed(validation, circumstances);
  return { verdict: validation.status, confidence: "low", reason: validation.message };
}

function judgeValid(
  validation: Extract<Validation, { readonly status: "valid" }>,
  { leader, isNamedNearby }: Circumstances,
): Pick<Match, "verdict" | "confidence" | "reason"> {
  const isLeaderAccepting = leader !== null && validation.providers.includes(leader.provider);
  const isSure = validation.stated || (isLeaderAccepting && isNamedNearby);
  const nearMiss = validation.problems.find(({ reason }) => reason === "checksum");
  const reason =
    leader === null
      ? [validation.message, "nothing says which of them it is"]
      : [validation.message, ...leader.evidence.slice(1)];
  return {
    verdict: "key",
    confidence: isSure ? "high" : "medium",
    reason: [...reason, ...(nearMiss === undefined ? [] : [nearMiss.message])].join("; "),
  };
}

// Blocking a near miss costs a look; letting one pass can cost the key: one that was cut by an editor, or one that
// its owner's document describes wrongly.
function judgeMalformed(
  validation: Extract<Validation, { readonly status: "malformed" }>,
  { prefix, bodyLength }: Circumstances,
): Pick<Match, "verdict" | "confidence" | "reason"> {
  const isPlausible = bodyLength * 4 >= prefix.shortestBody * 3;
  const isWrongChecksum = validation.reason === "checksum";
  const reason = [validation.message];
  if (!isPlausible) reason.push("shorter than any key that starts so");
  if (isPlausible && !isWrongChecksum)
    reason.push("close enough to a key to be one that was cut or mistyped");
  return {
    verdict: "malformed",
    confidence: isPlausible && !isWrongChecksum ? "medium" : "low",
    reason: reason.join("; "),
  };
}
