import type { RotationPlan } from "@keywarden/rotation";
import { safeText } from "../text/safe-text.ts";
import { formatSeconds } from "./describe-grace.ts";

/** Says step by step what a rotation will do; `nameOf` gives the word for a sink that has another name than its target. */
export function planSteps(
  { fact, capabilities }: Pick<RotationPlan, "fact" | "capabilities">,
  nameOf: (sink: string) => string = (sink) => sink,
): readonly string[] {
  const { key, sinks, graceSeconds, successorName } = fact;
  const isOwnKey = capabilities.procedure === "create-deploy-revoke";
  const rights =
    capabilities.permissions && capabilities.restrictions ? "the same rights" : "its known rights";
  return [
    isOwnKey
      ? `create a second ${key.kind} key for ${key.environment}, named "${safeText(successorName)}", with ${rights}`
      : `let ${key.provider} replace the secret${key.generation === 0 ? "" : ` of generation ${key.generation}`}`,
    ...sinks.map((sink) => `deliver it to ${safeText(nameOf(sink))}`),
    "try it with one harmless call",
    isOwnKey
      ? graceSeconds === 0
        ? `revoke ${key.id} at once`
        : `wait ${formatSeconds(graceSeconds)} while both keys work, then revoke ${key.id}`
      : graceSeconds === 0
        ? `nothing to wait for: ${key.provider} ended the old secret in step 1`
        : `wait for ${key.provider} to end the old secret after ${formatSeconds(graceSeconds)}`,
  ];
}
