import type { RepositoryState } from "@keywarden/storage";
import * as z from "zod";
import { sweepInstallationJob } from "../sweeps/sweep-jobs.ts";
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

/**
 * Follows where the App is installed: repositories that it was given are swept, those that were taken away are left
 * alone. GitHub is asked about the installation after each event, since events come late and in any order.
 */
export const readInstallationEvent: Input = (payload, { host, delivery }) => {
  const read = eventSchema.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { action, installation, repositories_removed: removed } = read.data;
  const state = stateAfter[action];
  return {
    outcome: "act",
    job: sweepInstallationJob(installation.id, delivery),
    about: { action, installation: installation.id },
    async record({ repositories }) {
      for (const { id: repositoryId } of removed) {
        const known = await repositories.get({ host, repositoryId });
        // One that was transferred belongs to another installation, whose event may have come first.
        if (known?.installationId === installation.id)
          await repositories.setState(known.repository, "uninstalled");
      }
      if (state === undefined) return;
      for (const { repository } of await repositories.list({ installationId: installation.id }))
        await repositories.setState(repository, state);
    },
  };
};
