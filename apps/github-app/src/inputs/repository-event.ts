import * as z from "zod";
import { askRepositoryJob, judgeAgainJob } from "../sweeps/sweep-jobs.ts";
import { eventRepositorySchema, hostTimeMs, installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";

const eventSchema = z.object({
  action: z.string(),
  /** GitHub's clock says when the repository was changed. */
  repository: eventRepositorySchema.extend({
    created_at: z.string().optional(),
    updated_at: z.string().optional(),
  }),
  installation: installationSchema,
});

/**
 * Follows a repository that is made, renamed, transferred, published, made private, archived or deleted: what the event says
 * counts at once, and GitHub is asked what is true, since events come late and in any order.
 */
export const readRepositoryEvent: Input = (payload, { host, receivedAtMs, delivery }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, repository, installation } = read.data;
  const id = { host, repositoryId: repository.id };
  return {
    outcome: "act",
    job: action === "deleted" ? null : askRepositoryJob(id, delivery),
    about: { action, repository: `${repository.owner.login}/${repository.name}` },
    async record(stores) {
      if (action === "deleted") return stores.repositories.setState(id, "unreachable");
      await stores.repositories.learn(id, {
        owner: repository.owner.login,
        name: repository.name,
        installationId: installation.id,
        isPrivate: repository.private,
        atMs: hostTimeMs(repository.updated_at, receivedAtMs),
      });
      if (action !== "created") return;
      // GitHub tells those alone who have it then, and tells it of no repository that was given later.
      const madeAtMs = hostTimeMs(repository.created_at, receivedAtMs);
      const isNews = await stores.repositories.setMade(id, madeAtMs);
      const isListed = (await stores.provenance.getListingState(id)) !== null;
      if (isNews && isListed) await stores.jobs.enqueue(judgeAgainJob(id, receivedAtMs));
    },
  };
};
