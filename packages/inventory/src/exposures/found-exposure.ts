import type { ExposureRecord } from "@keywarden/management";
import { safeText } from "../text/safe-text.ts";

/** A key that the GitHub App found, as it is shown. */
export interface FoundExposure {
  readonly id: string;
  /** The managed key that it is; null where no provider knows it. */
  readonly keyId: string | null;
  readonly redacted: string;
  readonly provider: string;
  readonly repository: string;
  readonly visibility: string;
  /** What the App decided: `revoked`, `held`, `reported` … */
  readonly state: string;
  /** Why it decided that, as a sentence. */
  readonly because: string;
  /** The first location, and how many more there are. */
  readonly where: string;
  readonly firstSeenAtMs: number;
}

/** Makes what the App says of one exposure safe to show. */
export function makeFoundExposure(record: ExposureRecord): FoundExposure {
  const { id, keyId, key, provider, repository, state, because, locations, firstSeenAt } = record;
  const [first] = locations;
  const more = locations.length > 1 ? ` and ${locations.length - 1} more` : "";
  return {
    id: String(id),
    keyId,
    redacted: safeText(key),
    provider: safeText(provider ?? "unknown"),
    repository: safeText(repository.name ?? `repository ${repository.id}`),
    visibility: safeText(repository.visibility),
    state: safeText(state),
    because: safeText(because),
    where: first === undefined ? "" : `${safeText(first.path)}:${first.line}${more}`,
    firstSeenAtMs: Date.parse(firstSeenAt),
  };
}
