import { judge } from "@keywarden/scan";
import type {
  Counts,
  IgnoredWhy,
  Match,
  Place,
  ReportedFinding,
  ScanPolicy,
  ScanReport,
  ScanSummary,
  Skipped,
} from "@keywarden/scan";

/** Keeps account of a scan: what was found, and that everything listed was either scanned or skipped for a reason. */
export class Tally {
  readonly #policy: ScanPolicy;
  readonly #findings: ReportedFinding[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #ignored = new Map<IgnoredWhy, number>();
  readonly files = new Counter();
  readonly blobs = new Counter();
  readonly bytes = new Counter();

  constructor(policy: ScanPolicy) {
    this.#policy = policy;
  }

  /** Judges matches at a path that is already redacted. */
  add(matches: readonly Match[], path: string, place: Place): void {
    if (matches.length === 0) return;
    const { findings, reported, ignored } = judge(matches, path, this.#policy, undefined, place);
    for (const [index, finding] of findings.entries()) {
      this.#findings.push({ finding, excerpt: reported[index]?.excerpt ?? { before: "", after: "" } });
    }
    for (const { why, count } of ignored) this.#ignored.set(why, (this.#ignored.get(why) ?? 0) + count);
  }

  /** Leaves a listed file out on purpose. */
  skip(path: string, reason: string): void {
    this.files.skipped += 1;
    this.#skipped.push({ path, reason, failed: false });
  }

  /** Notes that a listed file should have been scanned and could not be: the scan can no longer be clean. */
  fail(path: string, reason: string): void {
    this.files.skipped += 1;
    this.#skipped.push({ path, reason, failed: true });
  }

  report(mode: ScanSummary["mode"]): ScanReport {
    const counters = [this.files, this.blobs, this.bytes];
    const isAccountedFor = counters.every(({ listed, scanned, skipped }) => listed === scanned + skipped);
    return {
      findings: this.#findings,
      summary: {
        mode,
        files: this.files.counts(),
        blobs: this.blobs.counts(),
        bytes: this.bytes.counts(),
        skipped: this.#skipped,
        ignored: Object.fromEntries(this.#ignored),
        findings: this.#findings.length,
        complete: isAccountedFor && this.#skipped.every(({ failed }) => !failed),
      },
    };
  }
}

class Counter implements Counts {
  listed = 0;
  scanned = 0;
  skipped = 0;

  counts(): Counts {
    return { listed: this.listed, scanned: this.scanned, skipped: this.skipped };
  }
}
