import type { JournalEntry, RotationPlan, RotationResult, RotationState } from "@keywarden/rotation";
import { plainText } from "./plain-text.ts";

/** Tells a plan to the person who has to say yes. */
export function describePlan({ fact, contract, status, warnings }: RotationPlan): string {
  const { key, sinks, graceSeconds, successorName } = fact;
  const isOwnKey = contract.procedure === "create-deploy-revoke";
  const steps = [
    isOwnKey
      ? `create a second ${key.kind} key for ${key.environment}, named "${plainText(successorName)}", with the same rights`
      : `let ${key.provider} replace the secret of generation ${key.generation}`,
    ...sinks.map((sink) => `deliver it to ${plainText(sink)}`),
    "try it with one harmless call",
    isOwnKey
      ? `wait ${describeSeconds(graceSeconds)}, in which both keys work, then revoke ${key.id}`
      : `see ${key.provider} end the old secret after ${describeSeconds(graceSeconds)}`,
  ];
  return [
    `${key.id}  ${key.provider}  ${key.prefix}…${key.lastFour}  ${plainText(key.name)}`,
    `Rotation: ${describeStatus(status)}; secret of ${key.secretCreatedAt}.`,
    `Contract of ${key.provider}: ${contract.procedure}, ${contract.graceSeconds} s of grace, at most ${contract.maxLiveSecrets} live secret${contract.maxLiveSecrets === 1 ? "" : "s"}.`,
    "",
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((warning) => `! ${plainText(warning)}`)]),
    "",
  ].join("\n");
}

function describeStatus(status: RotationPlan["status"]): string {
  if (status.state === "overdue") return `overdue since ${isoOf(status.sinceMs)}`;
  if (status.state === "fresh" || status.state === "due") {
    return `${status.state}, overdue at ${isoOf(status.overdueAtMs)}`;
  }
  return status.state;
}

/** Tells what has just been done; null for what needs no telling. */
export function describeEntry(entry: JournalEntry): string | null {
  switch (entry.type) {
    case "created":
      return `made the new key ${entry.redacted} (${entry.keyId}, generation ${entry.generation})`;
    case "delivered":
      return `delivered to ${plainText(entry.sink)}: ${plainText(entry.note)}`;
    case "verified":
      return `the new key works: ${plainText(entry.note)}`;
    case "old_deadline":
      return `the old key works until ${isoOf(entry.untilMs)}`;
    case "old_revoked":
      return entry.by === "provider" ? "the provider has ended the old secret" : `revoked ${entry.keyId}`;
    case "lost":
      return `the new key was lost and is made again: ${plainText(entry.why)}`;
    case "orphan_revoked":
      return `revoked ${entry.keyId}, which an interrupted try had left`;
    case "failed":
      return `could not ${entry.step}: ${plainText(entry.message)}`;
    case "done":
      return "done: the new key is in place and the old one is dead";
    case "planned":
    case "begin":
    case "orphaned":
    case "reopened":
    case "abandoned":
      return null;
    default:
      return null;
  }
}

/** Says how a run ended, and what to do next where something is left. */
export function describeResult(result: RotationResult): string {
  const { rotation } = result.state.plan;
  switch (result.outcome) {
    case "done":
      return "";
    case "abandoned":
      return `Rotation ${rotation} was taken back; nothing of it is left.\n`;
    case "waiting":
      return `The old key works until ${isoOf(result.untilMs)}. After that: keywarden rotate --resume ${rotation}\n`;
    case "stopped":
      return `Rotation ${rotation} stopped: ${plainText(result.message)}\nPut that right, then: keywarden rotate --resume ${rotation}\n`;
    case "orphaned":
      return `Rotation ${rotation} needs a person: ${plainText(result.message)}\n${plainText(result.wayOut)}\n`;
    default:
      return "";
  }
}

/** Gives one line for the list of rotations. */
export function describeState({
  plan,
  status,
  created,
  isVerified,
  delivered,
  oldUntilMs,
}: RotationState): string {
  const progress =
    status !== "running"
      ? status
      : oldUntilMs !== null
        ? `old key until ${isoOf(oldUntilMs)}`
        : isVerified
          ? "verified"
          : delivered.size > 0
            ? `delivered to ${delivered.size} of ${plan.sinks.length}`
            : created === null
              ? "planned"
              : "created";
  return `${plan.rotation}  ${plan.key.provider}  ${plan.key.id}  ${progress}`;
}

function describeSeconds(seconds: number): string {
  if (seconds === 0) return "no time";
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

const isoOf = (atMs: number): string => new Date(atMs).toISOString();
