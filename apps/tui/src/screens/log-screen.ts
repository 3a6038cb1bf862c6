import { formatMoment } from "@keywarden/inventory";
import type { LoggedCall } from "../state/event.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

/** What this program asked the servers, and what does the same on the command line. */
export const logScreen: Screen<LoggedCall> = {
  id: "log",
  title: "Log",
  about: "the calls of this program, and the commands that do the same",
  load: [],
  columns: [
    momentColumn("at", "WHEN", { width: 9, priority: 1 }, ({ atMs }) => atMs),
    textColumn("method", "METHOD", { width: 6, priority: 2 }, ({ method }) => method),
    textColumn(
      "outcome",
      "ANSWER",
      { width: 9, priority: 3 },
      ({ outcome }) => outcome,
      ({ outcome }) => (outcome.startsWith("2") ? "good" : "warning"),
    ),
    {
      ...textColumn<LoggedCall>(
        "took",
        "TOOK",
        { width: 8, priority: 5 },
        ({ durationMs }) => `${Math.round(durationMs)} ms`,
      ),
      align: "right",
      rank: ({ durationMs }) => -durationMs,
    },
    textColumn("path", "CALL", { width: 18, priority: 0, widest: 80 }, ({ path }) => path),
    textColumn(
      "command",
      "COMMAND THAT DOES THE SAME",
      { width: 30, priority: 4, widest: 90 },
      ({ command }) => command ?? "",
      () => "accent",
    ),
  ],
  sort: { column: "at", direction: "ascending" },
  rows: ({ calls }) => calls,
  idOf: ({ atMs, path, method }) => `${atMs} ${method} ${path}`,
  nameOf: ({ path }) => path,
  wordsOf: ({ method, path, outcome, command }) =>
    [method, path, outcome, command ?? ""].join("\n").toLowerCase(),
  keyOf: () => undefined,
  actions: ["copy-command", "filter", "details", "palette", "help", "quit"],
  empty: ({ list }) => [
    [],
    [["dim", list.sorted.length > 0 ? "  No call passes the filter." : "  Nothing has been asked yet."]],
  ],
  detail: (call) => [
    { label: "call", text: `${call.method} ${call.path}`, tone: "plain" },
    { label: "answer", text: call.outcome, tone: "plain" },
    { label: "when", text: formatMoment(call.atMs), tone: "plain" },
    { label: "command", text: call.command ?? "none: it changed nothing", tone: "plain" },
  ],
};
