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
const toldStates: ReadonlySet<DecisionState> = new Set(["revoked", "held", "would-revoke"]);
const toldReasons: ReadonlySet<Reason> = new Set([
  "in-history",
  "of-unknown-age",
  "in-grace",
  "policy-reports",
]);

/** Gives the jobs that tell each channel of a decision; the same decision is told once. */
export function decisionNoticeJobs(
  channels: readonly string[],
  exposure: number,
  { state, reason }: { readonly state: DecisionState; readonly reason: Reason },
): readonly NewJob[] {
  if (!toldStates.has(state) && !toldReasons.has(reason)) return [];
  return channels.map((channel) => ({
    id: `notify:${channel}:${exposure}:${state}:${reason}`,
    kind: "notify",
    payload: { channel, exposure, state, reason },
  }));
}
