import { formatCountdown } from "@keywarden/inventory";
import type { RotationRecord } from "@keywarden/management";
import type { State } from "../state/state.ts";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

/** A rotation that the server knows of, or that only a journal on this machine does. */
interface RotationRow extends Pick<
  RotationRecord,
  "id" | "keyId" | "keyName" | "provider" | "failure" | "startedBy"
> {
  readonly step: string;
  readonly sinks: string;
  readonly untilMs: number | null;
  readonly changedAtMs: number | null;
  readonly isHere: boolean;
}

function rowsOf({ readings, unfinished, judge: { show } }: State): readonly RotationRow[] {
  const here = new Set(unfinished.map(({ rotation }) => rotation));
  const told = readings.rotations?.value ?? [];
  const atMs = readings.rotations?.valueAtMs ?? 0;
  const known = told.map((record): RotationRow => ({
    ...record,
    keyName: show(record.keyName),
    provider: show(record.provider),
    startedBy: show(record.startedBy),
    sinks: record.sinks.map(show).join(", "),
    untilMs: record.deadlineSeconds === null ? null : atMs + record.deadlineSeconds * 1000,
    changedAtMs: Date.parse(record.changedAt),
    isHere: here.has(record.id),
  }));
  const ids = new Set(told.map(({ id }) => id));
  const local = unfinished
    .filter(({ rotation }) => !ids.has(rotation))
    .map(({ rotation, keyId, name, dueAtMs }): RotationRow => ({
      id: rotation,
      keyId,
      keyName: show(name),
      provider: "",
      step: dueAtMs === 0 ? "stopped" : "wait",
      sinks: "",
      failure: null,
      startedBy: "this machine",
      untilMs: dueAtMs === 0 ? null : dueAtMs,
      changedAtMs: null,
      isHere: true,
    }));
  return [...known, ...local];
}

/** Rotations in progress, whoever carries them out. */
export const rotationsScreen: Screen<RotationRow> = {
  id: "rotations",
  title: "Rotations",
  about: "rotations in progress: where each stands, and what it waits for",
  load: ["rotations"],
  columns: [
    textColumn("name", "KEY", { width: 14, priority: 0, widest: 40 }, ({ keyName }) => keyName),
    textColumn(
      "step",
      "STEP",
      { width: 9, priority: 1 },
      ({ step }) => step,
      ({ failure }) => (failure === null ? "accent" : "warning"),
    ),
    {
      ...textColumn<RotationRow>("left", "OLD WORKS FOR", { width: 15, priority: 2 }, () => ""),
      align: "right",
      text: ({ untilMs }, nowMs) =>
        untilMs === null
          ? "not known yet"
          : untilMs <= nowMs
            ? "ended"
            : formatCountdown((untilMs - nowMs) / 1000),
      value: ({ untilMs }) => (untilMs === null ? null : new Date(untilMs).toISOString()),
      rank: ({ untilMs }) => untilMs ?? Infinity,
    },
    textColumn(
      "failure",
      "STOPPED AT",
      { width: 16, priority: 4, widest: 32 },
      ({ failure }) => failure ?? "",
      () => "warning",
    ),
    textColumn("sinks", "SINKS", { width: 12, priority: 5, widest: 40 }, ({ sinks }) => sinks),
    textColumn("provider", "PROVIDER", { width: 12, priority: 7 }, ({ provider }) => provider),
    textColumn("by", "BY", { width: 14, priority: 6, widest: 30 }, ({ startedBy }) => startedBy),
    textColumn("resume", "RESUME", { width: 6, priority: 3 }, ({ isHere }) => (isHere ? "c" : "")),
    momentColumn("changed", "CHANGED", { width: 9, priority: 8 }, ({ changedAtMs }) => changedAtMs),
  ],
  sort: { column: "left", direction: "ascending" },
  rows: rowsOf,
  idOf: ({ id }) => id,
  nameOf: ({ keyName }) => keyName,
  wordsOf: ({ keyName, step, sinks, startedBy, failure }) =>
    [keyName, step, sinks, startedBy, failure ?? ""].join("\n").toLowerCase(),
  keyOf: ({ keyId }, { byId }) => byId.get(keyId),
  actions: ["resume", "filter", "details", "open", "palette", "help", "quit"],
  empty: (state) =>
    whySourceEmpty(state, "rotations", "rotation", [
      [],
      [["good", "  No rotation is in progress."]],
      [["dim", "  r on a key begins one; so does keywarden rotate <id> --to <sink>."]],
    ]),
  detail: () => [],
};
