import { memberName } from "@keywarden/hygiene";
import type { KeyRow } from "./key-row.ts";

/** An owner who has left. */
export interface Departed {
  /** As people name them. */
  readonly member: string;
  /** When they left; null where nobody says. */
  readonly leftAtMs: number | null;
}

/** Who has left, by normalised name, as `keywarden audit` compares names. */
export type Departures = ReadonlyMap<string, Departed>;

export function makeDepartures(departed: readonly Departed[]): Departures {
  return new Map(departed.map((one) => [memberName(one.member), one]));
}

/** The departure that a key's owner took part in; undefined where they are there, or where the key has no owner. */
export function departureOf({ told }: KeyRow, departures: Departures): Departed | undefined {
  return departures.size === 0 ? undefined : departures.get(memberName(told.owner ?? ""));
}

// Without a zone a time would mean something else on every machine.
const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads `ann@acme.com`, who left now, or `ann@acme.com=2026-01-31T17:00Z`; null for a time that cannot be read. */
export function readDeparted(text: string, nowMs: number): Departed | null {
  const [, member = text, time] = /^(.*?)=(\d.*)$/s.exec(text.trim()) ?? [];
  if (time === undefined) return { member: member.trim(), leftAtMs: nowMs };
  const leftAtMs = instant.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(leftAtMs) || member.trim() === "" ? null : { member: member.trim(), leftAtMs };
}
