import * as z from "zod";
import { repositorySchema } from "../jobs/job-payloads.ts";
import type { InputReading } from "./input.ts";

// What the payloads of GitHub's events have in common, as far as the App reads it.
export const installationSchema = z.object({ id: z.int().positive() });
export const eventRepositorySchema = z.object({
  id: repositorySchema.shape.id,
  name: repositorySchema.shape.name,
  private: z.boolean(),
  owner: z.object({ login: repositorySchema.shape.owner }),
});

/** Names the fields of a payload that are not what GitHub documents, and shows none of their values. */
export function malformed({ issues }: z.ZodError): InputReading {
  return { outcome: "malformed", fields: issues.map(({ path }) => path.join(".")) };
}
