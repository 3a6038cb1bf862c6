import type { ExposureStores, NewJob } from "@keywarden/storage";
import type { StageResult } from "./stage.ts";

/** When work is tried again on a repository that the App may not read now; the end of a suspension has it tried at once. */
const tryAgainAfterMs = 600_000;
// As long as GitHub keeps what it told of.
const keptMs = 3 * 24 * 3_600_000;

/**
 * Leaves work on a suspended or uninstalled repository for when the App has it again: what was told is not lost, though no ref
 * may lead to it by then. After three days it is dropped.
 */
export function putOff(job: NewJob, askedAtMs: number, nowMs: number): StageResult {
  if (nowMs > askedAtMs + keptMs) return {};
  const later = { ...job, runAtMs: nowMs + tryAgainAfterMs };
  return { record: async ({ jobs }: ExposureStores) => void (await jobs.enqueue(later)) };
}
