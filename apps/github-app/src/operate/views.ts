import type { Decision, Exposure, ExposureStorage, KnownRepository, Replacement } from "@keywarden/storage";
import { reasons } from "../decisions/decide.ts";

/** A key that was found in a repository, and what was decided about it, as people and programs see it. */
export interface ExposureView {
  readonly id: number;
  readonly repository: RepositoryView;
  /** Masked; the whole key is stored nowhere. */
  readonly key: string;
  readonly fingerprint: string;
  /** Which says that it issued the key; `null` until one has. */
  readonly provider: string | null;
  /** The provider whose keys are written like this one, where none says that it issued it. */
  readonly looksLike: string | null;
  readonly keyId: string | null;
  readonly kind: string;
  /** `unknown` where neither the text nor the provider says which. */
  readonly environment: string;
  readonly state: string;
  readonly reason: string;
  /** The reason as a sentence. */
  readonly because: string;
  readonly provenance: string;
  readonly approval: { readonly verdict: string; readonly by: string; readonly at: string } | null;
  /** Its successor, where one is made before it is revoked. */
  readonly replacement: ReplacementView | null;
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

/** How far a successor is; a stuck one has a `why`. */
export interface ReplacementView {
  readonly provider: string;
  /** Of the exposed key. */
  readonly keyId: string;
  readonly rotation: string;
  readonly state: string;
  readonly why: string | null;
  readonly successorId: string | null;
  readonly startedAt: string;
  /** When the exposed key waits for it no more. */
  readonly dueAt: string;
}

export interface RepositoryView {
  readonly host: string;
  readonly id: number;
  /** `owner/name` by the latest news; null while none has come. */
  readonly name: string | null;
  readonly visibility: "public" | "private" | "unknown";
}

/** Reads what else is known of an exposure. */
export async function readExposureView(
  storage: Pick<ExposureStorage, "repositories" | "replacements">,
  exposure: Exposure,
  decision: Decision,
): Promise<ExposureView> {
  const { provider, keyId } = decision;
  const isKnown = provider !== null && keyId !== null;
  const replacement = isKnown ? await storage.replacements.get({ provider, keyId }) : null;
  return viewExposure(exposure, decision, await storage.repositories.get(exposure.repository), replacement);
}

function viewExposure(
  exposure: Exposure,
  decision: Decision,
  known: KnownRepository | null,
  replacement: Replacement | null,
): ExposureView {
  const { approval, reason, observed } = decision;
  return {
    id: exposure.id,
    repository: viewRepository(exposure.repository, known),
    key: exposure.redacted,
    fingerprint: exposure.fingerprint,
    provider: decision.provider,
    looksLike: decision.provider === null ? exposure.provider : null,
    keyId: decision.keyId,
    kind: decision.keyKind ?? exposure.kind,
    environment: decision.keyEnvironment ?? exposure.environment ?? "unknown",
    state: decision.state,
    reason,
    because: (reasons as Readonly<Record<string, string>>)[reason] ?? reason,
    provenance: decision.provenance,
    approval:
      approval === null ? null : { verdict: approval.verdict, by: approval.by, at: isoTime(approval.atMs) },
    replacement: replacement === null ? null : viewReplacement(replacement),
    pusher: observed.pusher,
    delivery: observed.delivery,
    firstSeenAt: isoTime(exposure.firstSeenAtMs),
    decidedAt: isoTime(decision.decidedAtMs),
    locations: exposure.occurrences.map(({ commit, path, line, column }) => ({ commit, path, line, column })),
  };
}

export function viewReplacement({ startedAtMs, dueAtMs, ...replacement }: Replacement): ReplacementView {
  const { provider, keyId, rotation, state, why, successorId } = replacement;
  return {
    provider,
    keyId,
    rotation,
    state,
    why,
    successorId,
    startedAt: isoTime(startedAtMs),
    dueAt: isoTime(dueAtMs),
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
