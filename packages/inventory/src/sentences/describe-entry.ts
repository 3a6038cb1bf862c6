import type { JournalEntry } from "@keywarden/rotation";
import { safeText } from "../text/safe-text.ts";
import { formatSeconds } from "./describe-grace.ts";

/** Tells what a rotation has just done; null for what needs no telling. `nameOf` gives a sink's name, as in a plan. */
export function describeEntry(
  entry: JournalEntry,
  nameOf: (sink: string) => string = (sink) => sink,
): string | null {
  switch (entry.type) {
    case "created":
      return `created the new key ${entry.redacted} (${safeText(entry.keyId)}${entry.generation === 0 ? "" : `, generation ${entry.generation}`})`;
    case "delivered":
      return `delivered to ${safeText(nameOf(entry.sink))}: ${safeText(entry.note)}`;
    case "verified":
      return `the new key works: ${safeText(entry.note)}`;
    case "old_deadline":
      return `the old key works until ${new Date(entry.untilMs).toISOString()}, ${formatSeconds(secondsOf(entry))} in all`;
    case "old_revoked":
      return entry.by === "provider" ? "the provider has ended the old secret" : `revoked ${entry.keyId}`;
    case "lost":
      return `the new key was lost and is created again: ${safeText(entry.why)}`;
    case "orphan_revoked":
      return `revoked ${entry.keyId}, left by an interrupted attempt`;
    case "failed":
      return `could not ${entry.step}: ${safeText(entry.message)}`;
    case "done":
      return `done: the new key is delivered and the old one has ended${entry.note === undefined ? "" : ` (${safeText(entry.note)})`}`;
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

/** By the provider where it said so: the clock here may be wrong. */
function secondsOf({
  untilMs,
  atMs,
  remainingMs = untilMs - atMs,
}: JournalEntry & { type: "old_deadline" }): number {
  return Math.max(0, Math.round(remainingMs / 1000));
}
