import * as z from "zod";
import { defineOperation } from "./operation.ts";
import { isoTime, viewRepository } from "./views.ts";
import type { RepositoryView } from "./views.ts";

/** A repository that an installation of the app has, as the latest news had it. */
export interface KnownRepositoryView extends RepositoryView {
  readonly installation: number;
  /** Whether the App can still reach it. */
  readonly state: string;
  readonly sweptAt: string | null;
  readonly backfilledAt: string | null;
}

const stateSchema = z.object({
  state: z.enum(["active", "suspended", "uninstalled", "unreachable"]).optional(),
});

/** The repositories that the App has heard of. */
export const repositoryOperations = {
  listRepositories: defineOperation({
    summary: "List the repositories that the App has heard of.",
    method: "GET",
    path: "/v1/repositories",
    right: "read",
    input: stateSchema,
    run: async ({ storage }, { state }): Promise<{ readonly data: readonly KnownRepositoryView[] }> => {
      const known = await storage.repositories.list(state === undefined ? {} : { state });
      return {
        data: known.map((one) => ({
          ...viewRepository(one.repository, one),
          installation: one.installationId,
          state: one.state,
          sweptAt: isoTime(one.sweptAtMs),
          backfilledAt: isoTime(one.backfilledAtMs),
        })),
      };
    },
  }),
} as const;
