import type { Fingerprint } from "@keywarden/key-format";
import type { ExposureStorage } from "@keywarden/storage";
import type { Fate } from "./reference-model.ts";

/** What the App decided about a key. */
export async function fateOf(
  { exposures, decisions }: Pick<ExposureStorage, "exposures" | "decisions">,
  print: Fingerprint,
): Promise<Fate> {
  const [exposure] = await exposures.listByFingerprint(print);
  const decision = exposure === undefined ? null : await decisions.get(exposure.id);
  if (decision === null) return "unseen";
  const { state, reason } = decision;
  return (state === "reported" || state === "revoked" ? reason : `${state}: ${reason}`) as Fate;
}
