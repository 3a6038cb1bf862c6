import type { RotationStatus, UsageStatus } from "@keywarden/hygiene";
import { formatAge, formatCountdown } from "./text/format-duration.ts";
import type { Tone } from "./tone.ts";
import type { KeyRow } from "./key-row.ts";

/** Says a rotation status in a few words; a grace period counts down. */
export function describeRotation(status: RotationStatus, nowMs: number): string {
  if (status.state === "overdue") return `overdue ${formatAge(nowMs - status.sinceMs)}`;
  if (status.state === "in-grace") {
    return `in grace ${formatCountdown((status.graceUntilMs - nowMs) / 1000)}`;
  }
  if (status.state === "revoked" || status.state === "expired") {
    return `${status.state} ${formatAge(nowMs - status.atMs)} ago`;
  }
  return status.state === "due" ? `due in ${formatAge(status.overdueAtMs - nowMs)}` : "fresh";
}

/** Whether nothing is opened by a key for the time being, although it has not ended. */
export const isDisabledRow = ({ told }: Pick<KeyRow, "told">): boolean => told.state === "disabled";

/**
 * Says how a key stands: whether it is disabled or being replaced, as somebody is about it, and then how its rotation
 * stands.
 */
export function describeStanding(
  row: Pick<KeyRow, "rotation" | "isBeingReplaced" | "told">,
  nowMs: number,
): string {
  const status = describeRotation(row.rotation, nowMs);
  // A grace period, or an end, says it itself.
  const isOpen = ["fresh", "due", "overdue"].includes(row.rotation.state);
  return [
    ...(isDisabledRow(row) ? ["disabled"] : []),
    ...(row.isBeingReplaced && isOpen ? ["being replaced"] : []),
    status,
  ].join(", ");
}

const rotationTones = {
  fresh: "good",
  due: "warning",
  overdue: "danger",
  "in-grace": "accent",
  revoked: "dim",
  expired: "dim",
} as const satisfies Record<RotationStatus["state"], Tone>;

const usageTones = {
  active: "plain",
  dormant: "warning",
  "never-used": "warning",
  unknown: "dim",
} as const satisfies Record<UsageStatus["state"], Tone>;

export function usageTone(status: UsageStatus): Tone {
  return usageTones[status.state];
}

/** Can this key still be used, and so be rotated or revoked? */
export function isLiveRow(row: KeyRow): boolean {
  return row.rotation.state !== "revoked" && row.rotation.state !== "expired";
}

/** The tone of a row's standing. The strongest is for what to do now: a list of overdue test keys is no alarm. */
export function standingTone(row: KeyRow): Tone {
  const { rotation, environment, kind } = row;
  if (isDisabledRow(row)) return rotation.state === "fresh" ? "dim" : "warning";
  const isAlarm = environment === "production" && kind !== "publishable";
  return rotation.state === "overdue" && !isAlarm ? "warning" : rotationTones[rotation.state];
}
