import type { RepositoryState } from "@keywarden/storage";
import { z } from "zod";
import { sweepRepositoriesJob } from "../sweeps/sweep-jobs.ts";
import { installationSchema, malformed } from "./event-parts.ts";
import type { Input } from "./input.ts";

const eventSchema = z.object({
  action: z.string(),
  installation: installationSchema,
  repositories_removed: z.array(z.object({ id: z.int().positive() })).default([]),
});

const stateAfter: Readonly<Record<string, RepositoryState>> = {
  deleted: "uninstalled",
  suspend: "suspended",
};

/** Follows where the App is installed: repositories that it was given are swept, those that were taken away are left alone. */
export const readInstallationEvent: Input = (payload, { host }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, installation, repositories_removed: removed } = read.data;
  const state = stateAfter[action];
  return {
    outcome: "act",
    job: state === undefined ? sweepRepositoriesJob() : null,
    about: { action, installation: installation.id },
    async record({ repositories }) {
      for (const { id } of removed) await repositories.setState({ host, repositoryId: id }, "uninstalled");
      if (state === undefined) return;
      for (const { repository } of await repositories.list({ installationId: installation.id }))
        await repositories.setState(repository, state);
    },
  };
};
