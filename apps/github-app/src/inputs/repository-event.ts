import { z } from "zod";
import { requestReports } from "../report/request-report.ts";
import { eventRepositorySchema, installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";

const eventSchema = z.object({
  action: z.string(),
  repository: eventRepositorySchema,
  installation: installationSchema,
});

/** Follows a repository that is renamed, transferred, published, made private, archived or deleted. */
export const readRepositoryEvent: Input = (payload, { host, receivedAtMs }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, repository, installation } = read.data;
  const id = { host, repositoryId: repository.id };
  return {
    outcome: "act",
    job: null,
    about: { action, repository: `${repository.owner.login}/${repository.name}` },
    async record(stores) {
      if (action === "deleted") return stores.repositories.setState(id, "unreachable");
      await stores.repositories.learn(id, {
        owner: repository.owner.login,
        name: repository.name,
        installationId: installation.id,
        isPrivate: repository.private,
        atMs: receivedAtMs,
      });
      if (action !== "publicized" && action !== "privatized") return;
      // What may be said of a key depends on who can read it.
      const commits = (await stores.reports.list(id)).map(({ commit }) => commit);
      await requestReports(stores, id, commits);
    },
  };
};
