import { z } from "zod";
import { repositorySchema } from "../jobs/job-payloads.ts";
import { requestReports } from "../report/request-report.ts";
import type { Input } from "./input.ts";

const eventSchema = z.object({
  action: z.string(),
  repository: z.object({
    id: repositorySchema.shape.id,
    name: repositorySchema.shape.name,
    private: z.boolean(),
    owner: z.object({ login: repositorySchema.shape.owner }),
  }),
  installation: z.object({ id: z.int().positive() }),
});

/** Follows a repository that is renamed, transferred, published, made private, archived or deleted. */
export const readRepositoryEvent: Input = (payload, { host, receivedAtMs }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success)
    return { outcome: "malformed", fields: read.error.issues.map(({ path }) => path.join(".")) };
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
