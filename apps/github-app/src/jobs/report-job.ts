import { randomUUID } from "node:crypto";
import type { NewJob } from "@keywarden/storage";
import type { Work } from "./job-payloads.ts";

/** Asks for the check run of a push to be brought up to date. */
export function reportJob(work: Work, scanGivenUp?: string): NewJob {
  const payload = scanGivenUp === undefined ? { work } : { work, scanGivenUp };
  return { id: `report:${randomUUID()}`, kind: "report", payload };
}
