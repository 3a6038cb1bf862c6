import type { ObjectType } from "@keywarden/git";
import { completenessOf, exclusionStart, judgeMatches } from "@keywarden/scan";
import type {
  Counts,
  Finding,
  IgnoredWhy,
  Match,
  LocationKind,
  ReportedFinding,
  ScanPolicy,
  ScanReport,
  ScanSummary,
  Skipped,
  SkippedMember,
  SuppressedFinding,
  Unread,
} from "@keywarden/scan";
import { ScanError } from "../scan-error.ts";
import type { Exclusion, SuppressionSetup } from "@keywarden/repository-config";

/** Keeps account of a scan: what was found, and that everything listed was either scanned or skipped for a reason. */
export class Account {
  readonly #suppression: SuppressionSetup;
  readonly #notLookedFor: readonly string[];
  readonly #findings: ReportedFinding[] = [];
  readonly #suppressed: SuppressedFinding[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #unread = new Map<string, Unread>();
  #moreUnread = 0;
  readonly #ignored = new Map<IgnoredWhy, number>();
  readonly files = new Counter();
  readonly blobs = new Counter();
  readonly bytes = new Counter();
  readonly commits = new Counter();
  readonly trees = new Counter();
  readonly tags = new Counter();
  readonly refs = new Counter();
  #fromCache = 0;
  readonly #triaged = new Set<string>();
  readonly #unopened = new Set<string>();
  /** Which commits are scanned, where commits are. */
  scope: string | null = null;

  /** @param notLookedFor what the scanner leaves to others, one sentence fragment each */
  constructor(suppression: SuppressionSetup, notLookedFor: readonly string[]) {
    this.#suppression = suppression;
    this.#notLookedFor = notLookedFor;
  }

  /** Judges matches at a path that is already redacted. */
  add(
    matches: readonly Match[],
    path: string,
    locationKind: LocationKind,
    origin: Pick<Finding, "commit" | "author" | "date" | "others"> = {},
  ): void {
    if (matches.length === 0) return;
    if (this.scope !== null && this.exclusionOf(path) !== null) {
      this.#ignored.set("excluded", (this.#ignored.get("excluded") ?? 0) + matches.length);
      return;
    }
    const { policy, suppressor, fromTop } = this.#suppression;
    const { findings, reported, ignored, suppressed } = suppressor.apply(
      matches,
      judgeMatches(matches, path, policy, locationKind),
      fromTop(path),
    );
    this.#suppressed.push(...suppressed);
    for (const [index, finding] of findings.entries()) {
      this.#findings.push({
        finding: { ...finding, ...origin },
        excerpt: reported[index]?.excerpt ?? { before: "", after: "" },
      });
    }
    for (const { why, count } of ignored) this.#ignored.set(why, (this.#ignored.get(why) ?? 0) + count);
  }

  /** Accounts for a file of this size that has nothing to report, because it was scanned now or, unchanged, by an earlier scan. */
  countClean(sizeBytes: number, isFromCache: boolean): void {
    if (isFromCache) this.#fromCache += 1;
    this.files.listed += 1;
    this.files.scanned += 1;
    this.bytes.listed += sizeBytes;
    this.bytes.scanned += sizeBytes;
  }

  /** Accounts for files that have nothing to report, because they are as an earlier scan found them. */
  countKnown(count: number, bytes: number): void {
    this.#fromCache += count;
    this.files.add({ listed: count, scanned: count, skipped: 0 });
    this.bytes.add({ listed: bytes, scanned: bytes, skipped: 0 });
  }

  /** Whether there are paths that are not to be scanned. */
  get excludes(): boolean {
    return this.#suppression.exclude.length > 0;
  }

  /** Says why a path that was not named is not scanned; `null` if it is scanned. */
  exclusionOf(path: string): string | null {
    const found = this.excludingEntry(path);
    return found === null ? null : `${exclusionStart}${JSON.stringify(found.pattern)} in keywarden.json`;
  }

  /** Gives the keywarden.json entry that excludes a path; `null` if it is scanned. */
  excludingEntry(path: string): Exclusion | null {
    const { exclude, fromTop } = this.#suppression;
    const inside = exclude.length === 0 ? null : fromTop(path);
    return (inside === null ? undefined : exclude.find(({ matches }) => matches(inside))) ?? null;
  }

  /**
   * Makes sure that keywarden.json has left something to scan.
   *
   * @throws ScanError SCAN_PATH: a scan of nothing would be green without having looked at anything.
   */
  requireSomethingLeft(): void {
    const { listed, scanned } = this.files;
    const isExcluded = ({ reason }: Skipped): boolean => reason.startsWith(exclusionStart);
    if (listed === 0 || scanned > 0 || this.isPartial || !this.#skipped.every(isExcluded)) return;
    const what = listed === 1 ? "the only file" : `all ${listed} files`;
    throw new ScanError(
      "SCAN_PATH",
      `keywarden.json excludes ${what} that would be scanned; name a file to scan it all the same.`,
    );
  }

  /** What {@link Account.triage} goes by. */
  get policy(): ScanPolicy {
    return this.#suppression.policy;
  }

  /** Gives the matches that policy reports; of what it leaves alone each key counts once, however many objects hold it. */
  triage(matches: readonly Match[]): readonly Match[] {
    return matches.filter((match) => {
      const { reported, ignored } = judgeMatches([match], "", this.#suppression.policy);
      for (const { why } of ignored) {
        const name = `${why} ${match.fingerprint}`;
        if (!this.#triaged.has(name)) this.#ignored.set(why, (this.#ignored.get(why) ?? 0) + 1);
        this.#triaged.add(name);
      }
      return reported.length > 0;
    });
  }

  /** Takes over what a scan of objects counted. */
  addObjects({ counts, bytes, fromCache }: ObjectCounts): void {
    this.#fromCache += fromCache;
    for (const [type, one] of Object.entries(counts)) this.#counterOf(type as ObjectType).add(one);
    this.bytes.add(bytes);
  }

  #counterOf(type: ObjectType): Counter {
    return { blob: this.blobs, commit: this.commits, tree: this.trees, tag: this.tags }[type];
  }

  /** Leaves a listed file out on purpose. */
  skip(path: string, reason: string): void {
    this.files.skipped += 1;
    this.#skipped.push({ path, reason });
  }

  /** Notes a part of a scanned file that was packed and not opened, once for each path and reason. */
  skipPart(path: string, { path: part, reason }: SkippedMember): void {
    const name = [path, part, reason].join("\n");
    if (this.#unopened.has(name) || (this.scope !== null && this.exclusionOf(path) !== null)) return;
    this.#unopened.add(name);
    this.#skipped.push({ path, part, reason });
  }

  /** Notes that a listed file should have been scanned and could not be read. */
  failFile(path: string, reason: string, remedy?: string): void {
    this.files.skipped += 1;
    this.addUnread({ location: path, kind: "file", reason, ...(remedy === undefined ? {} : { remedy }) });
  }

  /** Notes something in scope that could not be read, each once: the scan can no longer be clean. */
  addUnread(unread: Unread): void {
    const name = `${unread.location}\n${unread.reason}`;
    if (this.#unread.has(name)) return;
    // A partial clone may lack a million blobs.
    if (this.#unread.size < mostUnread) this.#unread.set(name, unread);
    else this.#moreUnread += 1;
  }

  /** Counts what was left out so far as something that could not be read: nothing of it may go unseen. */
  leaveNothingOut(): void {
    for (const { path, part = "", reason } of this.#skipped.splice(0)) {
      this.addUnread({ location: part === "" ? path : `${path}!/${part}`, kind: "file", reason });
    }
  }

  /** Whether something in scope could not be read so far. */
  get isPartial(): boolean {
    return this.#unread.size > 0;
  }

  report(mode: ScanSummary["mode"]): ScanReport {
    const objects = { commits: this.commits, trees: this.trees, tags: this.tags, refs: this.refs };
    const counters = [this.files, this.blobs, this.bytes, ...Object.values(objects)];
    const { suppressor, describeExpired } = this.#suppression;
    const countSuppressed = (by: SuppressedFinding["suppression"]["by"]): number =>
      this.#suppressed.filter(({ suppression }) => suppression.by === by).length;
    return {
      findings: this.#findings,
      suppressed: this.#suppressed,
      summary: {
        mode,
        files: this.files.counts(),
        blobs: this.blobs.counts(),
        bytes: this.bytes.counts(),
        ...(this.scope === null
          ? {}
          : {
              scope: this.scope,
              commits: this.commits.counts(),
              trees: this.trees.counts(),
              tags: this.tags.counts(),
              refs: this.refs.counts(),
            }),
        ...(this.#fromCache === 0 ? {} : { fromCache: this.#fromCache }),
        skipped: this.#skipped,
        ...(this.#notLookedFor.length === 0 ? {} : { notLookedFor: this.#notLookedFor }),
        // Whatever came first: threads decide that, and packs.
        ignored: Object.fromEntries([...this.#ignored].sort(([one], [other]) => (one < other ? -1 : 1))),
        suppressed: {
          inline: countSuppressed("inline"),
          config: countSuppressed("config"),
          baseline: countSuppressed("baseline"),
        },
        expired: describeExpired(suppressor.uses),
        findings: this.#findings.length,
        ...completenessOf(this.#allUnread(counters)),
      },
    };
  }

  #allUnread(counters: readonly Counts[]): readonly Unread[] {
    const isAccountedFor = counters.every(({ listed, scanned, skipped }) => listed === scanned + skipped);
    const uncounted = "not all that was listed was scanned or skipped for a reason";
    return [
      ...this.#unread.values(),
      ...(this.#moreUnread === 0
        ? []
        : [{ location: `${this.#moreUnread} more`, kind: "git" as const, reason: "as those before" }]),
      ...(isAccountedFor ? [] : [{ location: "the account", kind: "git" as const, reason: uncounted }]),
    ];
  }
}

const mostUnread = 1000;

/** How many objects of each type there are, and how many bytes they have together. */
export type CountsByType = Readonly<Record<ObjectType | "bytes", number>>;

const objectTypes = ["blob", "commit", "tree", "tag"] as const;

/** Counts the objects of one scan, which are forgotten where it has to begin again. */
export class ObjectCounts {
  readonly counts = { blob: new Counter(), commit: new Counter(), tree: new Counter(), tag: new Counter() };
  readonly bytes = new Counter();

  /** How many of those that were scanned an earlier scan answers for. */
  fromCache = 0;

  /** Counts an object that an earlier scan has proved clean. */
  take(type: ObjectType, sizeBytes: number): void {
    this.list(type, sizeBytes);
    this.scan(type, sizeBytes);
    this.fromCache += 1;
  }

  /** Counts objects that an earlier scan answers for. */
  takeAll({ bytes, ...byType }: CountsByType): void {
    for (const type of objectTypes) {
      const count = byType[type];
      this.counts[type].add({ listed: count, scanned: count, skipped: 0 });
      this.fromCache += count;
    }
    this.bytes.add({ listed: bytes, scanned: bytes, skipped: 0 });
  }

  list(type: ObjectType, sizeBytes: number): void {
    this.counts[type].listed += 1;
    this.bytes.listed += sizeBytes;
  }

  scan(type: ObjectType, sizeBytes: number): void {
    this.counts[type].scanned += 1;
    this.bytes.scanned += sizeBytes;
  }

  /** Takes back an object that broke off. */
  lose(type: ObjectType, sizeBytes: number): void {
    this.counts[type].skipped += 1;
    this.bytes.skipped += sizeBytes;
  }
}

class Counter implements Counts {
  listed = 0;
  scanned = 0;
  skipped = 0;

  add({ listed, scanned, skipped }: Counts): void {
    this.listed += listed;
    this.scanned += scanned;
    this.skipped += skipped;
  }

  counts(): Counts {
    return { listed: this.listed, scanned: this.scanned, skipped: this.skipped };
  }
}
