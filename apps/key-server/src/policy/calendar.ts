import { createHash } from "node:crypto";
import { oneLine } from "@keywarden/channels";
import { type AuditPolicy, rotationStatus } from "@keywarden/hygiene";
import type { StoredKey } from "@keywarden/storage";
import { factsOf } from "./due-acts.ts";

/** A day on which something about a key is due. */
export interface DueDay {
  readonly id: string;
  readonly atMs: number;
  readonly summary: string;
  readonly description: string;
}

/**
 * Says what is due about a live key, from what it is now; rotations further away than the horizon are left out. Without
 * `hygiene`, whose provider is described elsewhere, its rotation is nobody's to judge here.
 */
export function dueDaysOf(
  key: StoredKey,
  hygiene: AuditPolicy | null,
  { horizonMs }: { readonly horizonMs: number },
): readonly DueDay[] {
  if (key.state !== "active") return [];
  const { id, asOfMs: nowMs } = key;
  const name = oneLine(`${key.provider} key ${key.name}`);
  const owner = `Owner: ${oneLine(key.owner ?? "nobody")}.`;
  const day = (what: string, atMs: number, summary: string, command: string): DueDay => ({
    id: createHash("sha256")
      .update(JSON.stringify([id, key.generation, what]))
      .digest("hex")
      .slice(0, 32),
    atMs,
    summary,
    description: `${owner} Key ${id}. ${command}`,
  });
  const status = hygiene === null ? null : rotationStatus(factsOf(key), hygiene, nowMs);
  const overdueAtMs =
    status === null
      ? null
      : status.state === "overdue"
        ? status.sinceMs
        : status.state === "due" || status.state === "fresh"
          ? status.overdueAtMs
          : null;
  const graceUntilMs = key.graceSecret?.validUntilMs ?? null;
  return [
    ...(overdueAtMs === null || overdueAtMs > nowMs + horizonMs
      ? []
      : [day("rotation", overdueAtMs, `Rotate ${name}`, `keywarden rotate ${id} --to <sink>`)]),
    ...(key.expiresAtMs === null
      ? []
      : [day("expiry", key.expiresAtMs, `${name} expires`, "Make a new key before it does.")]),
    ...(graceUntilMs === null
      ? []
      : [day("grace", graceUntilMs, `The old secret of ${name} ends`, "Everything has to use the new one.")]),
  ];
}

/** Writes days as a calendar (RFC 5545) of whole days, UTC, and says of how many keys the rotations are not in it. */
export async function renderCalendar(
  days: readonly DueDay[],
  { nowMs, unjudged }: { readonly nowMs: number; readonly unjudged: number },
): Promise<string> {
  // Read only by those who subscribe to a calendar, so only they wait for it.
  const { default: ical } = await import("ical-generator");
  const calendar = ical({ name: "Keywarden", prodId: { company: "Keywarden", product: "keywarden-server" } });
  if (unjudged > 0) {
    // Without a comma: the library writes this one line as it is.
    const keys = unjudged === 1 ? "1 key of a provider" : `${unjudged} keys of providers`;
    calendar.description(`Without the rotations of ${keys} that this server does not describe`);
  }
  for (const { id, atMs, summary, description } of days) {
    const start = new Date(atMs);
    calendar.createEvent({ id, start, allDay: true, summary, description, stamp: new Date(nowMs) });
  }
  return calendar.toString();
}
