import type { ExposureStores, RepositoryId } from "@keywarden/storage";
import { judgeExposure } from "../decisions/judge.ts";
import type { JudgeContext } from "../decisions/judge.ts";
import { requestReports } from "../report/request-report.ts";
import type { ObservedKey } from "./found-keys.ts";
import type { ShownCommits } from "../repositories/list-shown.ts";
import { addScanned } from "../scanning/slices.ts";
import { confirmJob, reportJob, scannedSchema } from "./job-payloads.ts";
import type { Observation, Scanned } from "./job-payloads.ts";
import type { ToldProvenance } from "./tell-provenance.ts";

/**
 * Records what a scan found: exposures with their locations, the facts that decisions follow from, the account that reports
 * give, and the jobs that go on. Call it in the transaction that completes the scan.
 */
export async function recordFound(
  stores: ExposureStores,
  judging: JudgeContext,
  scan: {
    readonly repository: RepositoryId;
    readonly observation: Pick<Observation, "source" | "delivery" | "pusher" | "receivedAtMs">;
    /** The commit that the ref names; `null` where it names none. */
    readonly head: string | null;
    readonly scanned: Scanned;
    /** Whether that is of a part of the observation, and more follow. */
    readonly goesOn?: boolean;
    /** Whether that is of a part of what the report of the head has an account of already. */
    readonly isPart?: boolean;
    /** The most certain first. */
    readonly found: readonly ObservedKey[];
    readonly provenance: Pick<ToldProvenance, "of" | "introducedBy">;
    /** What the push shows, and what others do about which it says something new. */
    readonly shown: readonly ShownCommits[];
  },
): Promise<void> {
  const { repository, observation, head, scanned, found, provenance } = scan;
  const { source, delivery, pusher, receivedAtMs } = observation;
  const commits = new Set<string>();
  for (const { key, occurrences, least } of found) {
    const { fingerprint, redacted, provider, candidates, kind, environment, label, confidence } = key;
    const { exposure, isNew } = await stores.exposures.record({
      repository,
      fingerprint,
      redacted,
      provider,
      candidates,
      kind,
      environment,
      label,
      confidence,
      occurrences,
    });
    await stores.decisions.observe(exposure.id, {
      provenance: provenance.of(fingerprint),
      observed: { source, delivery, pusher, head },
      receivedAtMs,
      least,
    });
    // The reports that are asked for below would else say what followed from the provenance of before.
    if (!isNew) await judgeExposure(stores, judging, exposure.id);
    await stores.jobs.enqueue(confirmJob(exposure.id));
    for (const { commit } of occurrences) commits.add(commit);
  }
  // First, or what it says now would look like what it said before.
  if (head !== null) await (scan.goesOn === true ? recordPart : recordHead)(stores, scan, head);
  for (const commit of provenance.introducedBy) {
    await stores.reports.want(repository, commit, receivedAtMs);
    const report = await stores.reports.get(repository, commit);
    // A commit that other pushes have shown keeps the account of its own scan.
    if (report?.account === null) await stores.reports.record(repository, commit, { account: scanned });
    commits.add(commit);
  }
  for (const push of scan.shown)
    for (const commit of await stores.reports.show(repository, push)) commits.add(commit);
  await requestReports(stores, repository, [...commits]);
}

/** Keeps the account of a part where the next one adds to it, whichever scan that is: this one may be given up. */
async function recordPart(
  stores: ExposureStores,
  { repository, observation, scanned }: Parameters<typeof recordFound>[2],
  head: string,
): Promise<void> {
  await stores.reports.want(repository, head, observation.receivedAtMs);
  const before = await stores.reports.get(repository, head);
  const known = scannedSchema.safeParse(before?.account).data;
  const sum = known === undefined ? scanned : withMore(known, scanned);
  await stores.reports.record(repository, head, { account: { ...sum, goesOn: true } });
}

async function recordHead(
  stores: ExposureStores,
  { repository, observation, scanned, isPart, found }: Parameters<typeof recordFound>[2],
  head: string,
): Promise<void> {
  const isNew = await stores.reports.want(repository, head, observation.receivedAtMs);
  const before = await stores.reports.get(repository, head);
  const known = scannedSchema.safeParse(before?.account).data;
  // A tag or branch on a commit that has its check run already brings nothing to say.
  const isNews =
    isNew ||
    before?.account === null ||
    before?.givenUp !== null ||
    known?.goesOn === true ||
    scanned.objects > 0 ||
    scanned.unread.length > 0 ||
    found.length > 0;
  if (!isNews) return;
  const account =
    known === undefined
      ? scanned
      : isPart === true
        ? withPartAgain(known, scanned)
        : withMore(known, scanned);
  await stores.reports.record(repository, head, { account });
  await stores.jobs.enqueue(reportJob(repository, head));
}

/** A tag, or a push with the same head, brings more to what is known of it: what was not read before still was not. */
function withMore(known: Scanned, more: Scanned): Scanned {
  const sum = addScanned(known, more);
  if (known.unread.length === 0) return sum;
  // What could not be read is read again with all that came with it, so it is not counted twice.
  const most = (of: "objects" | "bytes" | "lfsPointers" | "archives" | "tooLarge" | "notLookedUp") =>
    Math.max(known[of], more[of]);
  return {
    ...sum,
    objects: most("objects"),
    bytes: most("bytes"),
    lfsPointers: most("lfsPointers"),
    archives: most("archives"),
    tooLarge: most("tooLarge"),
    notLookedUp: most("notLookedUp"),
    unread: more.unread,
    leftOut: [...new Set(sum.leftOut)],
    notScanned: [...new Set(sum.notScanned)],
  };
}

/** What was read again is no more than before, and may be less by now; of the rest the account says what holds. */
function withPartAgain(whole: Scanned, part: Scanned): Scanned {
  // The push had this commit alone.
  if (whole.objects === part.objects) return part;
  return {
    ...whole,
    unread: [...new Set([...whole.unread, ...part.unread])],
    hasUnusableConfig: whole.hasUnusableConfig || part.hasUnusableConfig,
    notLookedUp: Math.max(whole.notLookedUp, part.notLookedUp),
  };
}
