import type { Finding } from "./finding.ts";
import type { FindingId, IdentifyKey } from "./finding-id.ts";
import type { Match } from "../match/match.ts";
import type { Judgement } from "./policy.ts";
import type { AllowEntry, AllowUse, SuppressedFinding, Suppression } from "./suppression.ts";

export interface SuppressorOptions {
  readonly allow: readonly AllowEntry[];
  /** The ids of accepted findings. */
  readonly baseline: ReadonlySet<FindingId>;
  /** Absent in a repository without a baseline key. */
  readonly identify?: IdentifyKey;
  readonly nowMs: number;
}

/** A judgement without the findings that somebody has accepted. */
export interface SuppressedJudgement extends Judgement {
  readonly suppressed: readonly SuppressedFinding[];
}

/** Takes accepted findings out of judgements, and remembers which entries did something. */
export class Suppressor {
  readonly #options: SuppressorOptions;
  readonly #uses: { matched: number; returned: number }[];
  readonly #seen = new Set<FindingId>();

  constructor(options: SuppressorOptions) {
    this.#options = options;
    this.#uses = options.allow.map(() => ({ matched: 0, returned: 0 }));
  }

  /** Applies every suppression to the judgement of `matches`; `path` is `null` for what is in no file of the repository. */
  apply(matches: readonly Match[], judgement: Judgement, path: string | null): SuppressedJudgement {
    const known = new Map(matches.map((match) => [match, this.#look(match, path)]));
    const findings: Finding[] = [];
    const reported: Match[] = [];
    const suppressed: SuppressedFinding[] = [];
    for (const [index, match] of judgement.reported.entries()) {
      const bare = judgement.findings[index];
      if (bare === undefined) continue;
      const { id, fitting } = known.get(match) ?? this.#look(match, path);
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
    return this.#options.allow.map((entry, index) => ({
      ...(this.#uses[index] ?? { matched: 0, returned: 0 }),
      isExpired: this.#isExpired(entry),
    }));
  }

  /** The baseline's ids that were found so far. */
  get seenIds(): ReadonlySet<FindingId> {
    return this.#seen;
  }

  #look(match: Match, path: string | null): Known {
    const id = this.#options.identify?.(match.secret);
    const fitting = this.#options.allow.flatMap((entry, index) =>
      fits(entry, match, id, path) ? [index] : [],
    );
    for (const index of fitting) this.#use(index).matched += 1;
    return { id, fitting };
  }

  #suppressionOf(match: Match, id: FindingId | undefined, fitting: readonly number[]): Suppression | null {
    const isKnown = id !== undefined && this.#options.baseline.has(id);
    if (isKnown) this.#seen.add(id);
    if (match.inlineAllow !== null && match.inlineAllow !== "") {
      return { by: "inline", reason: match.inlineAllow };
    }
    for (const index of fitting) {
      const entry = this.#options.allow[index];
      if (entry === undefined || this.#isExpired(entry)) continue;
      const { reason, owner } = entry;
      return { by: "config", reason, ...(owner === undefined ? {} : { owner }) };
    }
    if (isKnown) return { by: "baseline" };
    for (const index of fitting) this.#use(index).returned += 1;
    return null;
  }

  #use(index: number): { matched: number; returned: number } {
    return (this.#uses[index] ??= { matched: 0, returned: 0 });
  }

  #isExpired({ expiresAtMs }: AllowEntry): boolean {
    return expiresAtMs !== undefined && this.#options.nowMs >= expiresAtMs;
  }
}

/** What is known of a match before anything is decided. */
interface Known {
  readonly id: FindingId | undefined;
  /** Indices into `allow`. */
  readonly fitting: readonly number[];
}

function fits(entry: AllowEntry, match: Match, id: FindingId | undefined, path: string | null): boolean {
  const { matchesPath, format, finding, fingerprint } = entry;
  if (format !== undefined && format !== match.prefix && format !== match.format) return false;
  if (fingerprint !== undefined && fingerprint !== match.fingerprint) return false;
  if (finding !== undefined && finding !== id) return false;
  return matchesPath === undefined || (path !== null && matchesPath(path));
}

function withNote(finding: Finding, { inlineAllow }: Match): Finding {
  if (inlineAllow !== "") return finding;
  return { ...finding, reason: `${finding.reason}; the keywarden:allow beside it gives no reason` };
}
