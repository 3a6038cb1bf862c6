import type { Fact, KeyRow, Tone } from "@keywarden/inventory";
import type { ListSort } from "../list/list-state.ts";
import type { SourceId } from "../state/source.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";
import type { ScreenId } from "./screen-id.ts";

/** One fact about each row. Methods, so that a screen of any row stands in one table with all others. */
export interface ScreenColumn<Row = unknown> {
  readonly id: string;
  readonly title: string;
  readonly align: "left" | "right";
  /** Terminal cells; the least it can live with where it can grow. */
  readonly width: number;
  /** How far it grows where there is room. */
  readonly widest?: number;
  /** Columns with a higher number give way first when the terminal is narrow. */
  readonly priority: number;
  text(row: Row, nowMs: number): string;
  tone(row: Row): Tone;
  /** What a program is told in place of words that depend on the time; the text where it is absent. */
  value?(this: void, row: Row): string | null;
  /** What it sorts by: always numbers, or always text. */
  rank(row: Row): number | string;
}

/** A screen as data: what it shows, where that comes from, and what can be done there. */
export interface Screen<Row = unknown> {
  readonly id: ScreenId;
  readonly title: string;
  /** What it is for, in one sentence. */
  readonly about: string;
  /** What has to be read for it beside the inventory. */
  readonly load: readonly SourceId[];
  readonly columns: readonly ScreenColumn<Row>[];
  readonly sort: ListSort;
  /** The row of a key, where rows are about keys one by one; null for a key that has none. */
  fromKey?(key: KeyRow, state: State): Row | null;
  /** All rows, where they do not come from keys one by one. */
  rows?(state: State): readonly Row[];
  idOf(row: Row): string;
  nameOf(row: Row): string;
  /** Lower-case text in which a filter looks for words. */
  wordsOf(row: Row): string;
  /** The key that a row is about, as it is now. */
  keyOf(row: Row, state: State): KeyRow | undefined;
  /** Commands that the footer offers, most important first. */
  readonly actions: readonly string[];
  empty(state: State): readonly (readonly Segment[])[];
  /** What is known of a row beside what is known of its key. */
  detail(row: Row, state: State): readonly Fact[];
  /** Lines above the table. */
  head?(state: State): readonly (readonly Segment[])[];
}
