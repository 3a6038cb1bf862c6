import { redactWithin } from "@keywarden/key-format";
import * as z from "zod";
import { believableMs, hostTimeMs, installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";
import { recordPush } from "./record-push.ts";
import type { ToldMove } from "./record-push.ts";
import { isCandidate, seenKeyFrom } from "../jobs/seen-key.ts";
import { refDigestOf } from "../repositories/digest-of.ts";
import { objectIdSchema, repositorySchema, scanGroup, scanJobId } from "../jobs/job-payloads.ts";
import type { ScanJob } from "../jobs/job-payloads.ts";

// Only what the work needs is taken over; addresses in the payload are never followed.
const pushEventSchema = z.object({
  ref: z.string().min(1).max(4_096),
  before: objectIdSchema,
  after: objectIdSchema,
  created: z.boolean(),
  deleted: z.boolean(),
  forced: z.boolean(),
  repository: z.object({
    id: repositorySchema.shape.id,
    name: repositorySchema.shape.name,
    private: z.boolean(),
    full_name: z.string(),
    /** Seconds by the host's clock; some events of other kinds write it as text. */
    pushed_at: z.union([z.int().nonnegative(), z.iso.datetime({ offset: true })]).optional(),
  }),
  pusher: z.object({ name: z.string() }).optional(),
  installation: installationSchema.optional(),
});

/** Turns a push payload into the job that scans it; no key in the ref's name gets through. */
export const readPushEvent: Input = (payload, context) => {
  const read = pushEventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const event = read.data;
  if (event.installation === undefined) {
    return { outcome: "ignored", why: "the push was not sent by an installation of the app" };
  }
  const [owner = "", ...rest] = event.repository.full_name.split("/");
  const repository = repositorySchema.safeParse({ ...event.repository, owner });
  if (!repository.success || rest.length !== 1)
    return { outcome: "malformed", fields: ["repository.full_name"] };
  const { scanner, providers, delivery, receivedAtMs, source, host } = context;
  const masked = (text: string) => redactWithin(text, providers);
  const { before, after, created, deleted, forced } = event;
  const refSha256 = refDigestOf(event.ref);
  const pushedAtMs = pushedAtMsOf(event.repository.pushed_at, receivedAtMs);
  const scan: ScanJob = {
    push: {
      source,
      delivery,
      receivedAtMs,
      pushedAtMs,
      before,
      after,
      created,
      deleted,
      forced,
      installationId: event.installation.id,
      repository: repository.data,
      ref: masked(event.ref),
      pusher: masked(event.pusher?.name ?? "unknown").slice(0, 100),
    },
    inRefName: scanner.scanText(event.ref).filter(isCandidate).map(seenKeyFrom),
    refSha256,
  };
  const fact: ToldMove = {
    delivery,
    ref: refSha256,
    before,
    after,
    pushedAtMs,
  };
  const { id, name } = repository.data;
  return {
    outcome: "act",
    job: {
      id: scanJobId(delivery),
      kind: "scan",
      group: scanGroup(id),
      payload: scan,
      // Several refs that one push moved between the same two objects are one piece of work, unless a name holds a key of its
      // own. A push of another second is not: which of them was the first to show a commit is in none of the objects.
      ...(scan.inRefName.length > 0 ? {} : { uniqueKey: `scan:${id}:${before}:${after}:${pushedAtMs}` }),
    },
    about: { repository: `${owner}/${name}`, ref: scan.push.ref },
    record: (stores) => recordPush(stores, host, scan.push, fact),
  };
};

function pushedAtMsOf(pushedAt: number | string | undefined, receivedAtMs: number): number {
  return typeof pushedAt === "number"
    ? believableMs(pushedAt * 1_000, receivedAtMs)
    : hostTimeMs(pushedAt, receivedAtMs);
}
