import type { Tone } from "../tone.ts";
import type { FoundExposure } from "./found-exposure.ts";

/** Says where a key can be read by others; null where nobody told what was found. */
export function describeExposures(
  keyId: string,
  found: readonly FoundExposure[] | null,
): { readonly text: string; readonly tone: Tone } {
  if (found === null) return { text: "exposure not known", tone: "dim" };
  const repositories = found.filter((one) => one.keyId === keyId).map(({ repository }) => repository);
  return repositories.length === 0
    ? { text: "the App has not found it anywhere", tone: "plain" }
    : { text: `EXPOSED in ${[...new Set(repositories)].join(", ")}`, tone: "danger" };
}
