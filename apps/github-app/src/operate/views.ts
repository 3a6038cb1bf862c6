import type { Decision, Exposure, KnownRepository } from "@keywarden/storage";
import { reasons } from "../decisions/decide.ts";

/** A key that was found in a repository, and what was decided about it, as people and programs see it. */
export interface ExposureView {
  readonly id: number;
  readonly repository: RepositoryView;
  /** Masked; the whole key is stored nowhere. */
  readonly key: string;
  readonly fingerprint: string;
  readonly provider: string | null;
  readonly keyId: string | null;
  readonly kind: string;
  readonly environment: string;
  readonly state: string;
  readonly reason: string;
  /** The reason as a sentence. */
  readonly because: string;
  readonly provenance: string;
  readonly approval: { readonly verdict: string; readonly by: string; readonly at: string } | null;
  readonly pusher: string | null;
  readonly delivery: string | null;
  readonly firstSeenAt: string;
  readonly decidedAt: string;
  readonly locations: readonly {
    readonly commit: string;
    readonly path: string;
    readonly line: number;
    readonly column: number;
  }[];
}

export interface RepositoryView {
  readonly host: string;
  readonly id: number;
  /** `owner/name` by the latest news; null while none has come. */
  readonly name: string | null;
  readonly visibility: "public" | "private" | "unknown";
}

export function viewExposure(
  exposure: Exposure,
  decision: Decision,
  known: KnownRepository | null,
): ExposureView {
  const { approval, reason, observed } = decision;
  return {
    id: exposure.id,
    repository: viewRepository(exposure.repository, known),
    key: exposure.redacted,
    fingerprint: exposure.fingerprint,
    provider: decision.provider ?? exposure.provider,
    keyId: decision.keyId,
    kind: decision.keyKind ?? exposure.kind,
    environment: decision.keyEnvironment ?? exposure.environment,
    state: decision.state,
    reason,
    because: (reasons as Readonly<Record<string, string>>)[reason] ?? reason,
    provenance: decision.provenance,
    approval:
      approval === null ? null : { verdict: approval.verdict, by: approval.by, at: isoTime(approval.atMs) },
    pusher: observed.pusher,
    delivery: observed.delivery,
    firstSeenAt: isoTime(exposure.firstSeenAtMs),
    decidedAt: isoTime(decision.decidedAtMs),
    locations: exposure.occurrences.map(({ commit, path, line, column }) => ({ commit, path, line, column })),
  };
}

export function viewRepository(
  { host, repositoryId }: Exposure["repository"],
  known: KnownRepository | null,
): RepositoryView {
  return {
    host,
    id: repositoryId,
    name: known === null ? null : `${known.owner}/${known.name}`,
    visibility: known === null ? "unknown" : known.isPrivate ? "private" : "public",
  };
}

export function isoTime(atMs: number): string;
export function isoTime(atMs: number | null): string | null;
export function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
