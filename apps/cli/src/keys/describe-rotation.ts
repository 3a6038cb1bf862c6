import { formatSeconds, planSteps, safeText } from "@keywarden/inventory";
import {
  describeAbandoning,
  mayAbandon,
  type RotationPlan,
  type RotationResult,
  type RotationState,
} from "@keywarden/rotation";

/** Tells a plan to the person who has to say yes. */
export function describePlan(plan: RotationPlan): string {
  const { fact, capabilities, status, warnings } = plan;
  const { key } = fact;
  return [
    `${safeText(key.id)}  ${key.provider}  ${key.prefix}…${key.lastFour}  ${safeText(key.name)}`,
    status === null
      ? "Rotation: the provider does not report the key's age."
      : `Rotation: ${describeStatus(status)}; secret of ${key.secretCreatedAt}.`,
    ...describeCapabilities(key.provider, capabilities),
    "",
    ...planSteps(plan).map((step, index) => `  ${index + 1}. ${step}`),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((warning) => `! ${safeText(warning)}`)]),
    "",
  ].join("\n");
}

function describeCapabilities(
  provider: string,
  capabilities: RotationPlan["capabilities"],
): readonly string[] {
  const { procedure, graceSeconds, graceFrom, maxLiveSecrets, revocationDelaySeconds } = capabilities;
  const from = graceFrom === "first-use" ? " from the first use of the new key" : "";
  const end =
    revocationDelaySeconds === 0
      ? ""
      : `, revoked keys work for up to another ${formatSeconds(revocationDelaySeconds)}`;
  const missing = [
    ...(capabilities.list ? [] : ["no list"]),
    ...(capabilities.lookup ? [] : ["no lookup by SHA-256"]),
    ...(capabilities.lastUse ? [] : ["no last use"]),
    ...(capabilities.idempotencyKey ? [] : ["no Idempotency-Key"]),
  ];
  return [
    `Capabilities of ${provider}: ${procedure}, ${graceSeconds} s of grace${from}, at most ${maxLiveSecrets} live secret${maxLiveSecrets === 1 ? "" : "s"}${end}.`,
    ...(missing.length === 0 ? [] : [`Its API has ${missing.join(", ")}.`]),
  ];
}

function describeStatus(status: NonNullable<RotationPlan["status"]>): string {
  if (status.state === "overdue") return `overdue since ${isoOf(status.sinceMs)}`;
  if (status.state === "fresh" || status.state === "due") {
    return `${status.state}, overdue at ${isoOf(status.overdueAtMs)}`;
  }
  return status.state;
}

/** Says how a run ended, and what to do next where something is left. */
export function describeResult(result: RotationResult): string {
  const { rotation } = result.state.plan;
  switch (result.outcome) {
    case "done":
      return "";
    case "abandoned":
      return `Rotation ${rotation} was undone; nothing of it is left.\n`;
    case "waiting":
      return `The old key works until ${isoOf(result.untilMs)}. After that, run: keywarden rotate --resume ${rotation}\n`;
    case "stopped":
      return [
        `Rotation ${rotation} stopped: ${safeText(result.message)}\n`,
        `Fix that, then run: keywarden rotate --resume ${rotation}\n`,
        mayAbandon(result.state) ? `${describeAbandoning(result.state)}\n` : "",
      ].join("");
    case "orphaned":
      return `Rotation ${rotation} needs a person: ${safeText(result.message)}\n${safeText(result.wayOut)}\n`;
    default:
      return "";
  }
}

/** Gives one line for the list of rotations. */
export function describeState(
  { plan, status, created, isVerified, delivered, oldUntilMs }: RotationState,
  nowMs: number,
): string {
  const progress =
    status !== "running"
      ? status
      : oldUntilMs !== null
        ? oldUntilMs > nowMs
          ? `old key until ${isoOf(oldUntilMs)}`
          : `by this clock the old key can go since ${isoOf(oldUntilMs)}: keywarden rotate --resume ${plan.rotation}`
        : isVerified
          ? "verified"
          : delivered.size > 0
            ? `delivered to ${delivered.size} of ${plan.sinks.length}`
            : created === null
              ? "planned"
              : "created";
  return `${plan.rotation}  ${plan.key.provider}  ${safeText(plan.key.id)}  ${safeText(plan.key.name)}  ${progress}`;
}

/** Says what is to be done about a rotation, if anything. */
export function describeNext(
  { plan, status, orphaned, oldUntilMs, lastFailure }: RotationState,
  nowMs: number,
): string {
  const resume = `keywarden rotate --resume ${plan.rotation}`;
  if (status === "orphaned") return `${safeText(orphaned?.wayOut ?? "")}\n`;
  if (status !== "running") return "";
  if (oldUntilMs !== null && oldUntilMs > nowMs) {
    return `The old key works until ${isoOf(oldUntilMs)}. After that, run: ${resume}\n`;
  }
  const why =
    lastFailure === null ? "" : `It could not ${lastFailure.step}: ${safeText(lastFailure.message)}\n`;
  return `${why}Continue with: ${resume}\n`;
}

const isoOf = (atMs: number): string => new Date(atMs).toISOString();
