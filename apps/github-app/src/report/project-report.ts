import type { ProviderProfile } from "@keywarden/key-format";
import type { CommitReport, Decision, Exposure, ExposureStorage, KnownRepository } from "@keywarden/storage";
import { scannedSchema } from "../jobs/job-payloads.ts";
import { outcomeOf } from "./outcome-of.ts";
import type { ReportedKey, ReportInput } from "./report-input.ts";

/** What a report of a commit says, short of the App's mode. */
export interface ProjectedReport extends Omit<ReportInput, "mode" | "isFinal"> {
  /** Since when the last thing has been under way that still is; `null` when nothing is. */
  readonly openSinceMs: number | null;
}

/** Projects commit → exposures → decisions: the report says what is decided now, whoever asked for it and why. */
export async function projectReport(
  storage: Pick<ExposureStorage, "exposures" | "decisions" | "intents">,
  {
    repository,
    report,
    providers,
    asked,
  }: {
    readonly repository: KnownRepository;
    readonly report: CommitReport;
    readonly providers: readonly ProviderProfile[];
    /** Ids of the providers that the App can ask. */
    readonly asked: readonly string[];
  },
): Promise<ProjectedReport> {
  const { commit, account, givenUp, also, hasMoreAlso } = report;
  const shown = await groupByCommit(storage, repository.repository, [commit, ...also]);
  const keysOf = async (of: string) => {
    const exposures = shown.get(of) ?? [];
    const keys: ReportedKey[] = [];
    const open: number[] = [];
    for (const exposure of exposures) {
      const decision = await storage.decisions.get(exposure.id);
      if (decision === null) continue;
      if (isUnderWay(decision)) open.push(decision.decidedAtMs);
      const key = await reportedKey(storage, { providers, asked }, exposure, decision, {
        commit: of,
        isPublic: !repository.isPrivate,
      });
      if (key !== null) keys.push(key);
    }
    return { commit: of, keys, open };
  };
  const own = await keysOf(commit);
  const earlier = await Promise.all(also.map(keysOf));
  const open = [own, ...earlier].flatMap((one) => one.open);
  const scanned = account === null ? null : scannedSchema.parse(account);
  if ((scanned === null || scanned.goesOn === true) && givenUp === null) open.push(report.receivedAtMs);
  return {
    isPublic: !repository.isPrivate,
    keys: own.keys,
    earlier: earlier.filter(({ keys }) => keys.length > 0),
    hasMoreEarlier: hasMoreAlso,
    scanned,
    scanGivenUp: givenUp ?? undefined,
    openSinceMs: open.length === 0 ? null : Math.max(...open),
  };
}

const commitsAtOnce = 200;

async function groupByCommit(
  { exposures }: Pick<ExposureStorage, "exposures">,
  repository: KnownRepository["repository"],
  commits: readonly string[],
): Promise<ReadonlyMap<string, readonly Exposure[]>> {
  const groups = new Map(commits.map((commit): [string, Exposure[]] => [commit, []]));
  for (let at = 0; at < commits.length; at += commitsAtOnce) {
    const asked = new Set(commits.slice(at, at + commitsAtOnce));
    for (const exposure of await exposures.listByCommits(repository, [...asked]))
      for (const commit of new Set(exposure.occurrences.map((one) => one.commit)))
        if (asked.has(commit)) groups.get(commit)?.push(exposure);
  }
  return groups;
}

const isUnderWay = ({ state, reason }: Decision): boolean =>
  state === "waiting" || state === "revoke" || reason === "replacing";

async function reportedKey(
  storage: Pick<ExposureStorage, "intents">,
  { providers, asked }: { readonly providers: readonly ProviderProfile[]; readonly asked: readonly string[] },
  exposure: Exposure,
  decision: Decision,
  { commit, isPublic }: { readonly commit: string; readonly isPublic: boolean },
): Promise<ReportedKey | null> {
  const { provider, keyId } = decision;
  const intent = provider === null || keyId === null ? null : await storage.intents.get({ provider, keyId });
  const outcome = outcomeOf(exposure, decision, intent, isPublic, asked);
  if (outcome === null) return null;
  // Whose key it looks like is a guess until its provider has said so, or where nobody can.
  const named = "docs" in outcome ? exposure.provider : provider;
  return {
    providerName: providers.find(({ id }) => id === named)?.name ?? null,
    redacted: exposure.redacted,
    kind: decision.keyKind ?? exposure.kind,
    environment: decision.keyEnvironment ?? exposure.environment,
    outcome,
    occurrences: exposure.occurrences.filter(({ commit: of }) => of === commit),
  };
}
