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

// Beyond it a time has no form in ISO 8601 with four digits, and soon none as a number.
const lastTimeMs = Date.parse("9999-12-31T23:59:59Z");

/** Reads a time of the host's; what no clock shows, or nobody says, is the time of receipt. */
export function hostTimeMs(text: string | undefined, receivedAtMs: number): number {
  return believableMs(Date.parse(text ?? ""), receivedAtMs);
}

/** Gives a time of the host's in milliseconds, or the time of receipt where no clock shows it. */
export function believableMs(toldMs: number, receivedAtMs: number): number {
  return toldMs > 0 && toldMs <= lastTimeMs ? toldMs : receivedAtMs;
}

/** Names the fields of a payload that are not what GitHub documents, and shows none of their values. */
export function malformed({ issues }: z.ZodError): InputReading {
  return { outcome: "malformed", fields: issues.map(({ path }) => path.join(".") || "the whole body") };
}
