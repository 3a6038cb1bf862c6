import type { Finding } from "./finding.ts";
import type { FindingId, IdentifyKey } from "./finding-id.ts";
import type { Match } from "../match/match.ts";
import type { Judgement } from "./policy.ts";
import type { AllowEntry, AllowUse, BaselineEntry, SuppressedFinding, Suppression } from "./suppression.ts";

export interface SuppressorOptions {
  readonly allow: readonly AllowEntry[];
  /** The ids of accepted findings. */
  readonly baseline: ReadonlySet<FindingId>;
  /** Says more of an accepted finding; absent: nothing is known, and nothing expires. */
  readonly baselineEntry?: (id: FindingId) => BaselineEntry;
  /** Absent in a repository without a baseline key. */
  readonly identify?: IdentifyKey;
  readonly nowMs: number;
  /** Whether comments of other scanners accept a key as well. */
  readonly honoursForeignAllow?: boolean;
}

/** A judgement without the findings that somebody has accepted. */
export interface SuppressedJudgement extends Judgement {
  readonly suppressed: readonly SuppressedFinding[];
}

/** An entry and what it did so far. */
interface UsedEntry {
  readonly entry: AllowEntry;
  matched: number;
  returned: number;
}

/** Takes accepted findings out of judgements, and remembers which entries did something. */
export class Suppressor {
  readonly #options: SuppressorOptions;
  readonly #entries: readonly UsedEntry[];
  readonly #seen = new Set<FindingId>();
  readonly #returned = new Map<FindingId, number>();

  constructor(options: SuppressorOptions) {
    this.#options = options;
    this.#entries = options.allow.map((entry) => ({ entry, matched: 0, returned: 0 }));
  }

  /** Applies every suppression to the judgement of `matches`; `path` is `null` for what is in no file of the repository. */
  apply(matches: readonly Match[], judgement: Judgement, path: string | null): SuppressedJudgement {
    const judged = new Map(judgement.reported.map((match, index) => [match, judgement.findings[index]]));
    const findings: Finding[] = [];
    const reported: Match[] = [];
    const suppressed: SuppressedFinding[] = [];
    for (const match of matches) {
      const id = this.#options.identify?.(match.secret);
      const fitting = this.#entries.filter(({ entry }) => fits(entry, match, id, path));
      // An entry is of use for a match that policy ignores, too: a stricter run may need it.
      for (const used of fitting) used.matched += 1;
      const bare = judged.get(match);
      if (bare === undefined) continue;
      const finding = withNote(id === undefined ? bare : { ...bare, id }, match);
      const suppression = this.#suppressionOf(match, id, fitting);
      if (suppression === null) {
        findings.push(finding);
        reported.push(match);
      } else {
        suppressed.push({ finding, suppression });
      }
    }
    return { findings, reported, ignored: judgement.ignored, suppressed };
  }

  /** What each entry did so far, in the order of the entries. */
  get uses(): readonly AllowUse[] {
    return this.#entries.map(({ entry, matched, returned }) => ({
      matched,
      returned,
      isExpired: this.#isOver(entry.expiresAtMs),
    }));
  }

  /** The baseline's ids that were found so far. */
  get seenIds(): ReadonlySet<FindingId> {
    return this.#seen;
  }

  /** How many findings are reported again because the baseline's entry has expired, by its id. */
  get returnedIds(): ReadonlyMap<FindingId, number> {
    return this.#returned;
  }

  #suppressionOf(match: Match, id: FindingId | undefined, fitting: readonly UsedEntry[]): Suppression | null {
    const isKnown = id !== undefined && this.#options.baseline.has(id);
    if (isKnown) this.#seen.add(id);
    if (match.inlineAllow !== null && match.inlineAllow !== "") {
      return { by: "inline", reason: match.inlineAllow };
    }
    if (this.#options.honoursForeignAllow === true && match.foreignAllow !== undefined) {
      return { by: "inline", reason: foreignReason, comment: match.foreignAllow };
    }
    const holding = fitting.find(({ entry }) => !this.#isOver(entry.expiresAtMs));
    if (holding !== undefined) {
      const { reason, owner } = holding.entry;
      return { by: "config", reason, ...(owner === undefined ? {} : { owner }) };
    }
    if (isKnown) {
      const { reason, owner, expiresAtMs } = this.#options.baselineEntry?.(id) ?? {};
      if (!this.#isOver(expiresAtMs)) {
        return {
          by: "baseline",
          ...(reason === undefined ? {} : { reason }),
          ...(owner === undefined ? {} : { owner }),
        };
      }
      this.#returned.set(id, (this.#returned.get(id) ?? 0) + 1);
    }
    for (const used of fitting) used.returned += 1;
    return null;
  }

  #isOver(expiresAtMs: number | undefined): boolean {
    return expiresAtMs !== undefined && this.#options.nowMs >= expiresAtMs;
  }
}

function fits(entry: AllowEntry, match: Match, id: FindingId | undefined, path: string | null): boolean {
  const { matchesPath, format, finding, fingerprint } = entry;
  if (format !== undefined && format !== match.prefix && format !== match.format) return false;
  if (fingerprint !== undefined && fingerprint !== match.fingerprint) return false;
  if (finding !== undefined && finding !== id) return false;
  return matchesPath === undefined || (path !== null && matchesPath(path));
}

const foreignReason = "accepted for another scanner, which policy.foreignAllow honours";

function withNote(finding: Finding, { inlineAllow }: Match): Finding {
  if (inlineAllow !== "") return finding;
  return { ...finding, reason: `${finding.reason}; the keywarden:allow beside it gives no reason` };
}
