import { redactWithin } from "@keywarden/key-format";
import { z } from "zod";
import { objectIdSchema, scanGroup, scanJobId } from "../jobs/job-payloads.ts";
import type { Observation, ScanJob } from "../jobs/job-payloads.ts";
import { digestOf } from "../repositories/digest-of.ts";
import { eventRepositorySchema, installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";
import { recordObservation } from "./record-push.ts";

const eventSchema = z.object({
  action: z.string(),
  number: z.int().positive(),
  pull_request: z.object({
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
  if (pull.head.repo?.id === repository.id)
    return { outcome: "ignored", why: "the commits of this pull request come with pushes" };
  const { host, delivery, receivedAtMs, providers } = context;
  const { sha } = pull.head;
  const ref = `refs/pull/${number}/head`;
  const { id, name, owner } = repository;
  const observation: Observation = {
    source: "pull-request",
    delivery,
    receivedAtMs,
    installationId: installation.id,
    repository: { id, name, owner: owner.login, private: repository.private },
    ref,
    before: "0".repeat(sha.length),
    after: sha,
    created: true,
    deleted: false,
    forced: false,
    pusher: redactWithin(pull.user?.login ?? "unknown", providers).slice(0, 100),
  };
  const payloadOfJob: ScanJob = { push: observation, inRefName: [], refSha256: digestOf(ref) };
  return {
    outcome: "act",
    job: {
      id: scanJobId(delivery),
      kind: "scan",
      group: scanGroup(id),
      payload: payloadOfJob,
      uniqueKey: `scan:${id}:${ref}:${sha}`,
    },
    about: { repository: `${owner.login}/${name}`, ref },
    record: (stores) => recordObservation(stores, host, observation, receivedAtMs),
  };
};
