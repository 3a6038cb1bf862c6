import type { AuditPolicy } from "../audit-policy.ts";
import type { RuleJudgement } from "../finding.ts";
import type { AuditedKey } from "../key-facts.ts";
import { nextCommand, ownCommand } from "../next-command.ts";
import { hourMs } from "../spans.ts";

/** Someone who has left; a departure in the future counts from its time on. */
export interface Departure {
  readonly member: string;
  readonly departedAtMs: number;
}

/** Whether two names mean the same member: case and white space around do not count. */
export const isSameMember = (one: string, other: string): boolean => memberName(one) === memberName(other);

/** A member's name, normalised for comparison. */
export const memberName = (member: string): string => member.trim().toLowerCase();

/** Who has left, by {@link memberName}: large inventories meet long lists. */
export type DeparturesByName = ReadonlyMap<string, readonly Departure[]>;

/** Gives the names of everyone who is known to have known a key. */
export function memberNames({ owner, seenBy = [] }: AuditedKey): ReadonlySet<string> {
  const names = new Set([owner ?? "", ...seenBy.map(({ member }) => member)].map(memberName));
  names.delete("");
  return names;
}

/** Judges what those who left knew: every key that they owned, or whose current secret they had in front of them. */
export function judgeDepartures(
  key: AuditedKey,
  policy: AuditPolicy,
  departures: DeparturesByName,
  nowMs: number,
): readonly RuleJudgement[] {
  const left = [...memberNames(key)].flatMap((name) => departures.get(name) ?? []);
  const known = left.flatMap((departure) => {
    const { member, departedAtMs } = departure;
    const isCurrent = key.secretCreatedAtMs <= departedAtMs;
    if (nowMs < departedAtMs || !isCurrent) return [];
    const how = [
      ...(isSameMember(key.owner ?? "", member) ? ["owned"] : []),
      ...(key.seenBy ?? [])
        .filter((sight) => isSameMember(sight.member, member))
        .filter(({ atMs }) => atMs === null || atMs >= key.secretCreatedAtMs)
        .map((sight) => sight.how),
    ];
    return how.length === 0 ? [] : [{ member, departedAtMs, how: [...new Set(how)] }];
  });
  const [first, ...others] = known.toSorted((a, b) => a.departedAtMs - b.departedAtMs);
  if (first === undefined) return judgeOwner(key, departures, nowMs);
  const deadlineMs = first.departedAtMs + policy.departureHours * hourMs;
  const also = others.map(({ member }) => `, as did ${member}`).join("");
  const message = `rotate it within ${policy.departureHours} h: ${first.member}, who ${listWords(first.how)} it, has left${also}`;
  const next = nextCommand("rotate", key.id);
  return [{ rule: "owner-departed", message, sinceMs: first.departedAtMs, deadlineMs, next }];
}

function judgeOwner(key: AuditedKey, departures: DeparturesByName, nowMs: number): readonly RuleJudgement[] {
  const { owner } = key;
  if (owner === undefined) return [];
  const next = ownCommand(key.id);
  if (owner === null || owner.trim() === "") {
    const message = "give it an owner: it has none";
    return [{ rule: "no-owner", message, sinceMs: key.createdAtMs, deadlineMs: null, next }];
  }
  const gone = departures.get(memberName(owner))?.find(({ departedAtMs }) => nowMs >= departedAtMs);
  if (gone === undefined) return [];
  const message = `give it a new owner: its owner ${owner} has left, and its secret has been replaced since`;
  return [{ rule: "no-owner", message, sinceMs: gone.departedAtMs, deadlineMs: null, next }];
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
