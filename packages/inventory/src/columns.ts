import { describeStanding, standingTone, usageTone } from "./describe-status.ts";
import type { KeyRow } from "./key-row.ts";
import { formatAge, formatAgo } from "./text/format-duration.ts";
import type { Tone } from "./tone.ts";

export type ColumnId =
  | "id"
  | "name"
  | "provider"
  | "kind"
  | "environment"
  | "rotation"
  | "usage"
  | "age"
  | "last-used"
  | "key"
  | "owner"
  | "tags";

/** One fact about each key, as every program's table shows it. */
export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  readonly align: "left" | "right";
  readonly text: (row: KeyRow, nowMs: number) => string;
  readonly tone: (row: KeyRow) => Tone;
}

const plain = (): Tone => "plain";

function textColumn(id: ColumnId, title: string, text: Column["text"], tone: Column["tone"] = plain): Column {
  return { id, title, align: "left", text, tone };
}

const numberColumn = (id: ColumnId, title: string, text: Column["text"]): Column => ({
  id,
  title,
  align: "right",
  text,
  tone: plain,
});

const hourMs = 3_600_000;

/** All columns; a program chooses which it has room for, and in which order. */
export const columns: Readonly<Record<ColumnId, Column>> = {
  id: textColumn("id", "ID", ({ id }) => id),
  name: textColumn("name", "NAME", ({ name }) => name),
  provider: textColumn("provider", "PROVIDER", ({ provider }) => provider),
  kind: textColumn("kind", "KIND", ({ kind }) => kind),
  environment: textColumn(
    "environment",
    "ENV",
    // Upper case, so that production stands out without colour too.
    ({ environment }) => (environment === "production" ? "PRODUCTION" : environment),
    ({ environment }) => (environment === "production" ? "production" : "dim"),
  ),
  rotation: textColumn("rotation", "ROTATION", describeStanding, standingTone),
  usage: textColumn(
    "usage",
    "USAGE",
    ({ usage }) => usage.state,
    ({ usage }) => usageTone(usage),
  ),
  age: numberColumn("age", "AGE", ({ facts }, nowMs) =>
    // Minutes would change a screen that nothing happens on, and say nothing about rotation.
    nowMs - facts.secretCreatedAtMs < hourMs ? "<1h" : formatAge(nowMs - facts.secretCreatedAtMs),
  ),
  "last-used": numberColumn("last-used", "LAST USED", ({ facts, usage }, nowMs) =>
    facts.lastUsedAtMs !== null
      ? formatAgo(facts.lastUsedAtMs, nowMs)
      : usage.state === "unknown"
        ? "unknown"
        : "never",
  ),
  key: textColumn(
    "key",
    "KEY",
    ({ redacted }) => redacted,
    () => "dim",
  ),
  owner: textColumn("owner", "OWNER", ({ owner }) => owner ?? ""),
  tags: textColumn("tags", "TAGS", ({ tags }) => tags.join(",")),
};
