import type { ExposureStorage } from "@keywarden/storage";
import * as z from "zod";
import type { Limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { isUnread } from "../repositories/look-up-introductions.ts";
import { backfillJob } from "./sweep-jobs.ts";

const control = "read-limits";
const storedSchema = z.record(z.string(), z.number());

/**
 * Has the repositories looked at again in which files were left unread, once more may be read than when the App was asked last:
 * what they hold is found then, and other keys are of unknown age no more.
 */
export async function followLimits(
  { repositories, provenance, controls, jobs }: ExposureStorage,
  { limits, budget }: Pick<Limits, "limits" | "budget">,
  log: Log,
): Promise<void> {
  const now: Readonly<Record<string, number>> = { ...limits, ...budget };
  const text = (await controls.get(control))?.value;
  const before = storedSchema.safeParse(text === undefined ? {} : JSON.parse(text)).data ?? {};
  const risen = Object.entries(now).filter(([name, most]) => most > (before[name] ?? Infinity));
  const known = risen.length > 0 ? await repositories.list({ state: "active" }) : [];
  for (const { repository } of known) {
    if (!(await provenance.listHoldings(repository)).some(isUnread)) continue;
    const { repositoryId } = repository;
    log("info", "looks again at a repository with files that were beyond the limits", { repositoryId });
    await jobs.enqueue(backfillJob(repository, true));
  }
  if (text !== JSON.stringify(now)) await controls.set(control, JSON.stringify(now), "keywarden-github-app");
}
