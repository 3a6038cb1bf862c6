import { redactWithin } from "@keywarden/key-format";
import type { KnownRepository, NewJob } from "@keywarden/storage";
import { scanGroup, scanJobId, sweptScanKind } from "../jobs/job-payloads.ts";
import type { ScanJob } from "../jobs/job-payloads.ts";
import type { ScanStageOptions } from "../scanning/scan-stage-options.ts";
import { reach } from "../jobs/reach.ts";
import { isCandidate, seenKeyFrom } from "../jobs/seen-key.ts";
import { makeStage } from "../jobs/stage.ts";
import type { Stage } from "../jobs/stage.ts";
import { refDigestOf } from "../repositories/digest-of.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import { addressOf } from "../repositories/repository-address.ts";
import { listAtFirstSight } from "../repositories/settle-listing.ts";
import { backfillJob, sweepRefsJob, sweepRefsKind, sweepRefsSchema } from "./sweep-jobs.ts";

/**
 * Compares all refs of a repository with what was scanned, and has scanned what nobody told of: GitHub sends no event for a push
 * of more than three tags, and none while the App is suspended. At first sight the refs become the baseline.
 */
export function makeSweepRefsStage(options: ScanStageOptions): Stage {
  const { storage, log } = options;
  return makeStage({
    kind: sweepRefsKind,
    retry: { attempts: 5, firstDelayMs: 1_000, longestDelayMs: 300_000 },
    schema: sweepRefsSchema,
    run: async (repository) => {
      const known = await storage.repositories.get(repository);
      if (known === null || known.state !== "active") return {};
      const listRefs = () =>
        reach(options, repository, addressOf(known), (address) => options.remotes.listRefs(address));
      if ((await storage.provenance.getListingState(repository)) === null) {
        await listAtFirstSight(storage, repository, listRefs);
        // Behind the other repositories that are seen for the first time: one sweep of deliveries settles them all.
        return { record: async ({ jobs }) => void (await jobs.enqueue(sweepRefsJob(repository))) };
      }
      const refs = await listRefs();
      const sweptRefs = refDigestOf(JSON.stringify(refs.map(({ name, id }) => [name, id])));
      const baseline = await openBaseline(options, repository, listRefs);
      // What was taken for the history of a repository that the App has had from the first was pushed, as it knows now.
      const wasHistory = known.madeAtMs !== null && baseline.judged === "other";
      const settled = new Set(wasHistory ? [] : [...(await storage.tips.list(repository)), ...baseline.tips]);
      const atMs = storage.now();
      const unseen = refs.filter(({ id }) => !settled.has(id) && known.sweptRefs !== sweptRefs);
      if (unseen.length > 0)
        log("info", `swept ${refs.length} refs, ${unseen.length} to look at`, {
          repositoryId: repository.repositoryId,
        });
      return {
        async record(stores) {
          for (const ref of unseen) await stores.jobs.enqueue(scanJobFor(options, known, ref, atMs));
          // What is known of the baseline has changed, and no push may come that would have it judged again.
          if (known.backfilledAtMs === null || baseline.judged === "other")
            await stores.jobs.enqueue(backfillJob(repository));
          await stores.repositories.setSwept(repository, { sweptAtMs: atMs, sweptRefs });
        },
      };
    },
  });
}

function scanJobFor(
  { scanner, providers }: ScanStageOptions,
  { repository, owner, name, installationId, isPrivate }: KnownRepository,
  ref: { readonly name: string; readonly id: string },
  receivedAtMs: number,
): NewJob {
  const { repositoryId: id } = repository;
  const delivery = `ref-sweep-${id}-${refDigestOf(`${ref.name} ${ref.id}`).slice(0, 16)}-${receivedAtMs}`;
  const zeros = "0".repeat(ref.id.length);
  const payload: ScanJob = {
    push: {
      source: "ref-sweep",
      delivery,
      receivedAtMs,
      installationId,
      repository: { id, owner, name, private: isPrivate },
      ref: redactWithin(ref.name, providers),
      before: zeros,
      after: ref.id,
      created: true,
      deleted: false,
      forced: false,
      pusher: "unknown",
    },
    inRefName: scanner.scanText(ref.name).filter(isCandidate).map(seenKeyFrom),
    refSha256: refDigestOf(ref.name),
  };
  return {
    id: scanJobId(delivery),
    kind: sweptScanKind,
    payload,
    group: scanGroup(id),
    uniqueKey: `scan:${id}:${zeros}:${ref.id}`,
  };
}
