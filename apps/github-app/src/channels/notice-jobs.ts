import { randomUUID } from "node:crypto";
import type { DecisionState, NewJob } from "@keywarden/storage";
import * as z from "zod";
import type { Reason } from "../decisions/decide.ts";

export const noticeJobSchema = z.object({
  channel: z.string(),
  exposure: z.int(),
  state: z.string(),
  reason: z.string(),
});

// What is nobody's, public by design, over already or not for production rings nobody; `list` shows it.
const toldStates: ReadonlySet<string> = new Set<DecisionState>(["revoked", "held", "would-revoke"]);
const toldReasons: ReadonlySet<string> = new Set<Reason>([
  "in-history",
  "of-unknown-age",
  "of-unknown-environment",
  "in-grace",
  "policy-reports",
]);

const passing: Reason = "replacing";

/** Whether people are told of a decision without asking. */
export function isTold({ state, reason }: { readonly state: string; readonly reason: string }): boolean {
  // In a moment it is revoked, or stuck.
  if (reason === passing) return false;
  return toldStates.has(state) || toldReasons.has(reason);
}

/** Gives the jobs that tell each channel of a decision; the same decision is told once. */
export function decisionNoticeJobs(
  channels: readonly string[],
  exposure: number,
  { state, reason }: { readonly state: DecisionState; readonly reason: Reason },
): readonly NewJob[] {
  if (!isTold({ state, reason })) return [];
  return channels.map((channel) => ({
    id: `notify:${channel}:${exposure}:${state}:${reason}`,
    kind: "notify",
    payload: { channel, exposure, state, reason },
  }));
}

export const issueJobSchema = z.object({ exposure: z.int() });

/** Brings the issue of an exposure up to date; the unique key keeps several processes from writing two. */
export function issueJob(exposure: number): NewJob {
  const uniqueKey = `issue:${exposure}`;
  return { id: `${uniqueKey}:${randomUUID()}`, kind: "issue", payload: { exposure }, uniqueKey };
}
