import { countOf } from "@keywarden/key-format";
import { safeText } from "@keywarden/inventory";
import { describeDeadline } from "@keywarden/hygiene";
import type { Batch, RotationPlan } from "@keywarden/rotation";
import type { ChosenSinks } from "./choose-sinks.ts";
import type { DueKey } from "./due-key.ts";
import type { BatchKeyOutcome } from "./replace-key.ts";

/** Tells what would happen to one key of a batch; `why` is what stands against it. */
export function describeDue(
  { keyId, provider, name, redacted, deadlineMs, reason }: DueKey,
  { sinks, isRemembered }: ChosenSinks,
  planned: { readonly plan: RotationPlan } | { readonly why: string },
  nowMs: number,
): string {
  const deadline = deadlineMs === null ? "no deadline" : describeDeadline(deadlineMs, nowMs);
  const where = sinks.map((sink) => safeText(sink)).join(", ");
  const lines = [
    safeText(reason),
    ...(sinks.length === 0 ? [] : [`to ${where}${isRemembered ? ", where its last rotation put it" : ""}`]),
    ...("why" in planned
      ? [`! left out: ${safeText(planned.why)}`]
      : describePlanned(planned.plan, deadlineMs, nowMs)),
  ];
  return [
    `${deadline}  ${[keyId, provider, redacted, name].map((text) => safeText(text)).join("  ")}`,
    ...lines.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

function describePlanned(
  { fact, capabilities, warnings }: RotationPlan,
  deadlineMs: number | null,
  nowMs: number,
): readonly string[] {
  const { graceSeconds } = fact;
  const isOurs = capabilities.procedure === "create-deploy-revoke";
  const untilMs = nowMs + graceSeconds * 1000;
  const isLate = deadlineMs !== null && untilMs > deadlineMs && graceSeconds > 0;
  return [
    isOurs
      ? `a second key is created and verified, and ${safeText(fact.key.id)} revoked after ${graceSeconds} s`
      : `its secret is replaced and verified, and the old one ends after ${graceSeconds} s`,
    ...warnings.map((warning) => `! ${safeText(warning)}`),
    ...(isLate
      ? [
          `! The old secret works until ${new Date(untilMs).toISOString()}, after the deadline${isOurs ? ": --grace <seconds> ends it sooner" : ", as the provider decides"}.`,
        ]
      : []),
  ];
}

/** One line for the list of batches. */
export function describeBatch({ round, departures, keys }: Batch, done: number): string {
  const whose =
    departures.length === 0
      ? "of an audit"
      : `for ${departures.map(({ member }) => safeText(member)).join(", ")}`;
  return `${round}  batch ${whose}  ${done} of ${countOf(keys.length, "key")} done`;
}

/** Says what a batch has left undone, the nearest deadline first. */
export function describeLeft(
  { round, keys }: Batch,
  outcomes: ReadonlyMap<string, BatchKeyOutcome>,
  nowMs: number,
): string {
  const left = keys.flatMap(({ keyId, rotation, deadlineMs }) => {
    const result = outcomes.get(rotation);
    if (result === undefined || result.outcome === "done") return [];
    const why =
      result.outcome === "waiting"
        ? `the new key works; so does the old one, until ${new Date(result.untilMs).toISOString()}`
        : result.why;
    const deadline = deadlineMs === null ? "" : `${describeDeadline(deadlineMs, nowMs)}  `;
    return [`  ${deadline}${safeText(keyId)}: ${safeText(why)}`];
  });
  const done = keys.length - left.length;
  return left.length === 0
    ? `All ${keys.length === 1 ? "of 1 key" : `${keys.length} keys`} done.\n`
    : [
        `${done} of ${countOf(keys.length, "key")} done. Left:`,
        ...left,
        `Continue with: keywarden rotate --resume ${round}`,
        "",
      ].join("\n");
}
