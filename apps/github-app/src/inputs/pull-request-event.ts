import { redactWithin } from "@keywarden/key-format";
import type { ExposureStores } from "@keywarden/storage";
import * as z from "zod";
import { objectIdSchema, scanGroup, scanJobId } from "../jobs/job-payloads.ts";
import type { Observation, ScanJob } from "../jobs/job-payloads.ts";
import { refDigestOf } from "../repositories/digest-of.ts";
import { eventRepositorySchema, hostTimeMs, installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";
import { recordMove, recordObservation } from "./record-push.ts";

const eventSchema = z.object({
  action: z.string(),
  number: z.int().positive(),
  /** The head before, of a pull request that was pushed to. */
  before: objectIdSchema.optional(),
  pull_request: z.object({
    updated_at: z.string().optional(),
    head: z.object({ sha: objectIdSchema, repo: z.object({ id: z.int() }).nullable() }),
    user: z.object({ login: z.string() }).optional(),
  }),
  repository: eventRepositorySchema,
  installation: installationSchema,
});

const newCommits: ReadonlySet<string> = new Set(["opened", "synchronize", "reopened"]);

/** Looks at what a fork proposes: its pushes go to a repository that the App is not given, and are readable through this one. */
export const readPullRequestEvent: Input = (payload, context) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, number, pull_request: pull, repository, installation } = read.data;
  if (!newCommits.has(action)) return { outcome: "ignored", why: "this brings no commits" };
  const { host, delivery, receivedAtMs, providers } = context;
  const { sha } = pull.head;
  const ref = `refs/pull/${number}/head`;
  const { id, name, owner } = repository;
  const zeros = "0".repeat(sha.length);
  // The host moves this ref too, and it may stand in the first listing; a pull request that is opened again moves nothing.
  const before = action === "opened" ? zeros : action === "synchronize" ? read.data.before : undefined;
  const pushedAtMs = hostTimeMs(pull.updated_at, receivedAtMs);
  const recordHead = async (stores: ExposureStores): Promise<void> => {
    if (before === undefined) return;
    const fact = { delivery, ref: refDigestOf(ref), before, after: sha, pushedAtMs };
    await recordMove(stores, { host, repositoryId: id }, fact, receivedAtMs);
  };
  const about = { repository: `${owner.login}/${name}`, ref };
  // Its commits come with pushes.
  if (pull.head.repo?.id === repository.id) return { outcome: "act", job: null, about, record: recordHead };
  const observation: Observation = {
    source: "pull-request",
    delivery,
    receivedAtMs,
    pushedAtMs,
    installationId: installation.id,
    repository: { id, name, owner: owner.login, private: repository.private },
    ref,
    before: zeros,
    after: sha,
    created: true,
    deleted: false,
    forced: false,
    pusher: redactWithin(pull.user?.login ?? "unknown", providers).slice(0, 100),
  };
  const payloadOfJob: ScanJob = { push: observation, inRefName: [], refSha256: refDigestOf(ref) };
  return {
    outcome: "act",
    job: {
      id: scanJobId(delivery),
      kind: "scan",
      group: scanGroup(id),
      payload: payloadOfJob,
      uniqueKey: `scan:${id}:${ref}:${sha}`,
    },
    about,
    async record(stores) {
      await recordObservation(stores, host, observation, pushedAtMs);
      await recordHead(stores);
    },
  };
};
