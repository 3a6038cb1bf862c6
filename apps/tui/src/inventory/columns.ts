import { formatAge, formatAgo } from "../text/format-duration.ts";
import { textWidth } from "../text/fit-text.ts";
import type { Tone } from "../theme.ts";
import { describeRotation, describeUsage, rotationTone, usageTone } from "./describe-status.ts";
import type { KeyRow } from "./key-row.ts";

export type ColumnId =
  | "name"
  | "provider"
  | "kind"
  | "environment"
  | "state"
  | "usage"
  | "age"
  | "last-used"
  | "key";

export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  /** Terminal cells; for the name column this is the least it can live with. */
  readonly width: number;
  /** Columns with a higher number give way first when the terminal is narrow. */
  readonly priority: number;
  readonly align: "left" | "right";
  readonly text: (row: KeyRow, nowMs: number) => string;
  readonly tone: (row: KeyRow) => Tone;
}

const plain = (): Tone => "plain";

/** All columns, in the order in which they are drawn. */
export const columns: readonly Column[] = [
  { id: "name", title: "NAME", width: 14, priority: 0, align: "left", text: (row) => row.name, tone: plain },
  {
    id: "provider",
    title: "PROVIDER",
    width: 12,
    priority: 3,
    align: "left",
    text: (row) => row.provider,
    tone: plain,
  },
  { id: "kind", title: "KIND", width: 11, priority: 7, align: "left", text: (row) => row.kind, tone: plain },
  {
    id: "environment",
    title: "ENV",
    width: 11,
    priority: 2,
    align: "left",
    // Upper case, so that production stands out without colour too.
    text: (row) => (row.environment === "production" ? "PRODUCTION" : row.environment),
    tone: (row) => (row.environment === "production" ? "production" : "dim"),
  },
  {
    id: "state",
    title: "ROTATION",
    width: 20,
    priority: 1,
    align: "left",
    text: (row, nowMs) => describeRotation(row.rotation, nowMs),
    tone: (row) => rotationTone(row.rotation),
  },
  {
    id: "usage",
    title: "USAGE",
    width: 10,
    priority: 5,
    align: "left",
    text: (row) => describeUsage(row.usage),
    tone: (row) => usageTone(row.usage),
  },
  {
    id: "age",
    title: "AGE",
    width: 6,
    priority: 6,
    align: "right",
    text: (row, nowMs) => formatAge(nowMs - row.facts.secretCreatedAtMs),
    tone: plain,
  },
  {
    id: "last-used",
    title: "LAST USED",
    width: 11,
    priority: 8,
    align: "right",
    text: (row, nowMs) =>
      row.facts.lastUsedAtMs === null ? "never" : formatAgo(row.facts.lastUsedAtMs, nowMs),
    tone: plain,
  },
  {
    id: "key",
    title: "KEY",
    width: 15,
    priority: 4,
    align: "left",
    text: (row) => row.redacted,
    tone: () => "dim",
  },
];

export interface PlacedColumn extends Column {
  /** Cells that this terminal gives the column. */
  readonly cells: number;
}

/** Cells between two columns. */
export const columnGap = 2;
const widestName = 48;

/** Picks the columns that fit into `width` cells, most important first, and gives the spare room to the name. */
export function placeColumns(width: number, longestName: number): readonly PlacedColumn[] {
  const chosen = new Set<ColumnId>();
  let left = width + columnGap;
  for (const column of columns.toSorted((a, b) => a.priority - b.priority)) {
    // A less important column never takes the place of a more important one that was too wide.
    if (column.width + columnGap > left && chosen.size > 0) break;
    chosen.add(column.id);
    left -= column.width + columnGap;
  }
  const wanted = Math.min(Math.max(longestName, 14), widestName) - 14;
  return columns
    .filter((column) => chosen.has(column.id))
    .map((column) => ({
      ...column,
      cells:
        column.id === "name"
          ? Math.min(width, column.width + Math.min(Math.max(0, left), wanted))
          : column.width,
    }));
}

/** Width of the widest text of a column over some rows, its title included. */
export function naturalWidth(column: Column, rows: readonly KeyRow[], nowMs: number): number {
  return rows.reduce(
    (widest, row) => Math.max(widest, textWidth(column.text(row, nowMs))),
    column.title.length,
  );
}
