import { describeDeadline } from "@keywarden/hygiene";
import type { Round, RotationPlan } from "@keywarden/rotation";
import { plainText } from "../keys/plain-text.ts";
import type { ChosenPlaces } from "./choose-places.ts";
import type { DueKey } from "./due-key.ts";
import type { KeyOutcome } from "./replace-key.ts";

/** Tells what would happen to one key of a round; `why` is what stands against it. */
export function describeDue(
  { keyId, provider, name, redacted, deadlineMs, reason }: DueKey,
  { places, isRemembered }: ChosenPlaces,
  planned: { readonly plan: RotationPlan } | { readonly why: string },
  nowMs: number,
): string {
  const deadline = deadlineMs === null ? "no deadline" : describeDeadline(deadlineMs, nowMs);
  const where = places.map((place) => plainText(place)).join(", ");
  const lines = [
    plainText(reason),
    ...(places.length === 0 ? [] : [`to ${where}${isRemembered ? ", where its last rotation put it" : ""}`]),
    ...("why" in planned
      ? [`! left out: ${plainText(planned.why)}`]
      : describePlanned(planned.plan, deadlineMs, nowMs)),
  ];
  return [
    `${deadline}  ${[keyId, provider, redacted, name].map(plainText).join("  ")}`,
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
      ? `a second key is created and verified, and ${plainText(fact.key.id)} revoked after ${graceSeconds} s`
      : `its secret is replaced and verified, and the old one ends after ${graceSeconds} s`,
    ...warnings.map((warning) => `! ${plainText(warning)}`),
    ...(isLate
      ? [
          `! The old secret works until ${new Date(untilMs).toISOString()}, after the deadline${isOurs ? ": --grace <seconds> ends it sooner" : ", as the provider decides"}.`,
        ]
      : []),
  ];
}

/** One line for the list of rounds. */
export function describeRound({ round, departures, keys }: Round, done: number): string {
  const whose =
    departures.length === 0
      ? "of an audit"
      : `of ${departures.map(({ member }) => plainText(member)).join(", ")}`;
  return `${round}  round ${whose}  ${done} of ${keys.length} keys done`;
}

/** Says what a round has left undone, the nearest deadline first. */
export function describeLeft(
  { round, keys }: Round,
  outcomes: ReadonlyMap<string, KeyOutcome>,
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
    return [`  ${deadline}${plainText(keyId)}: ${plainText(why)}`];
  });
  const done = keys.length - left.length;
  return left.length === 0
    ? `All ${keys.length === 1 ? "of 1 key" : `${keys.length} keys`} done.\n`
    : [
        `${done} of ${keys.length} keys done. Left:`,
        ...left,
        `Continue with: keywarden rotate --resume ${round}`,
        "",
      ].join("\n");
}
