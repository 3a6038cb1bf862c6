import { annotationsFor } from "./annotations.ts";
import type { Annotation } from "./annotations.ts";
import type { ReportInput } from "./report-input.ts";
import { conclude, summarise } from "./summary.ts";
import type { Conclusion } from "./summary.ts";

/** A check run's content, within GitHub's limits. */
export interface Report {
  readonly title: string;
  readonly summary: string;
  readonly conclusion: Conclusion;
  readonly annotations: readonly Annotation[];
}

/** Renders what was found and done as a check run. */
export function renderReport(all: ReportInput): Report {
  const input = all.isPublic ? withoutSecrets(all) : all;
  return { ...summarise(input), conclusion: conclude(input), annotations: annotationsFor(input) };
}

// Strangers read it, and one of them may have pushed the key to learn from the answer whether it works. So every key that
// was not revoked here looks the same: live and held, ended before, a test key, or nobody's.
function withoutSecrets(input: ReportInput): ReportInput {
  const mayBeTold = (all: ReportInput["keys"]) => all.filter(({ outcome }) => outcome.is === "revoked");
  const keys = mayBeTold(input.keys);
  const earlier = input.earlier
    .map((one) => ({ ...one, keys: mayBeTold(one.keys) }))
    .filter((one) => one.keys.length > 0);
  const isAllTold = [input.keys, ...input.earlier.map((one) => one.keys)].every(
    (all) => mayBeTold(all).length === all.length,
  );
  return { ...input, keys, earlier, hidesKeys: !isAllTold };
}
