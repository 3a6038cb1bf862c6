import { quoteForShell } from "@keywarden/key-format";
import { civilFromDays, dayMs } from "./civil-date.ts";
import type { RuleId } from "./rules.ts";

/** Writes the command that acts on a key, safe to paste into a shell whatever the id holds. */
export function nextCommand(
  action: "rotate" | "rotate --end-grace" | "revoke" | "keys restrict",
  keyId: string,
): string {
  return `keywarden ${action} ${operand(keyId)}`;
}

/**
 * Writes the command that accepts a finding for a time, where only a person can put it right; `name` is the key's id, or for
 * check-env a variable, a file or a fingerprint.
 */
export function putOffCommand(rule: RuleId, name: string): string {
  return `keywarden accept ${rule} ${operand(name)}`;
}

/** Writes the command with which the person who runs it becomes the owner of a key. */
export function ownCommand(keyId: string): string {
  return `keywarden keys edit --owner "$USER" ${operand(keyId)}`;
}

/** Writes the command that lets a key live longer, until a day in UTC. */
export function renewCommand(keyId: string, untilMs: number): string {
  const { year, month, day } = civilFromDays(Math.floor(untilMs / dayMs));
  const date = [`${year}`, `${month}`.padStart(2, "0"), `${day}`.padStart(2, "0")].join("-");
  return `keywarden keys edit --expires ${date} ${operand(keyId)}`;
}

/** Writes the command that takes tags off a key. */
export function untagCommand(keyId: string, tags: readonly string[]): string {
  return `keywarden keys edit ${tags.map((tag) => `--untag ${quoteForShell(tag)} `).join("")}${operand(keyId)}`;
}

const operand = (keyId: string): string => `${keyId.startsWith("-") ? "-- " : ""}${quoteForShell(keyId)}`;
