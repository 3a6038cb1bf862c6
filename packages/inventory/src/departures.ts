import { memberName } from "@keywarden/hygiene";
import type { KeyRow } from "./key-row.ts";
import { parseInstant } from "./parse-instant.ts";

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

/** Takes `ann@acme.com` or `ann@acme.com=2026-01-31T17:00Z` apart; the time is null where none is given. */
export function splitDeparted(text: string): { readonly member: string; readonly time: string | null } {
  const [, member = text, time = null] = /^(.*?)=(\d.*)$/s.exec(text) ?? [];
  return { member: member.trim(), time };
}

/** Reads what {@link splitDeparted} takes apart, now where no time is given; null without a member or a valid time. */
export function readDeparted(text: string, nowMs: number): Departed | null {
  const { member, time } = splitDeparted(text.trim());
  const leftAtMs = time === null ? nowMs : parseInstant(time);
  return member === "" || leftAtMs === null ? null : { member, leftAtMs };
}
