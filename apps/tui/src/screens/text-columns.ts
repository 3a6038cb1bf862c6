import { formatAgo, type Tone } from "@keywarden/inventory";
import type { ScreenColumn } from "./screen.ts";

interface Position {
  readonly width: number;
  readonly priority: number;
  readonly widest?: number;
}

/** Makes a column of text that sorts as it reads. */
export function textColumn<Row>(
  id: string,
  title: string,
  position: Position,
  text: (row: Row) => string,
  tone: (row: Row) => Tone = () => "plain",
): ScreenColumn<Row> {
  return { id, title, align: "left", ...position, text, tone, rank: text };
}

/** Makes a column of moments, the latest first; an unknown moment comes last. */
export function momentColumn<Row>(
  id: string,
  title: string,
  position: Position,
  atMs: (row: Row) => number | null,
  absent = "–",
): ScreenColumn<Row> {
  return {
    id,
    title,
    align: "right",
    ...position,
    text: (row, nowMs) => {
      const moment = atMs(row);
      return moment === null ? absent : formatAgo(moment, nowMs);
    },
    value: (row) => {
      const moment = atMs(row);
      return moment === null ? null : new Date(moment).toISOString();
    },
    tone: () => "dim",
    rank: (row) => -(atMs(row) ?? 0),
  };
}
