import type { KnownContext } from "../state/source.ts";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { textColumn } from "./text-columns.ts";

const nameOf = ({ name, server }: KnownContext): string => (name === "" ? server : name);

/** The servers that somebody on this machine is logged in at, or has given a name. */
export const contextsScreen: Screen<KnownContext> = {
  id: "contexts",
  title: "Contexts",
  about: "the servers that you can go to from here, without a restart",
  load: ["contexts"],
  columns: [
    textColumn("here", "", { width: 4, priority: 1 }, ({ isCurrent }) => (isCurrent ? "here" : "")),
    textColumn("name", "CONTEXT", { width: 14, priority: 0, widest: 40 }, nameOf, ({ isProduction }) =>
      isProduction ? "production" : "plain",
    ),
    textColumn(
      "kind",
      "",
      { width: 10, priority: 2 },
      ({ isProduction }) => (isProduction ? "PRODUCTION" : ""),
      () => "production",
    ),
    textColumn("server", "SERVER", { width: 24, priority: 3, widest: 80 }, ({ server }) => server),
    textColumn(
      "token",
      "TOKEN",
      { width: 28, priority: 4, widest: 60 },
      ({ tokenFrom }) => tokenFrom ?? "none",
      ({ tokenFrom }) => (tokenFrom === null ? "warning" : "dim"),
    ),
    textColumn("app", "APP", { width: 12, priority: 5, widest: 60 }, ({ app }) => app ?? ""),
  ],
  sort: { column: "name", direction: "ascending" },
  rows: ({ readings }) => readings.contexts?.value ?? [],
  idOf: ({ server }) => server,
  nameOf,
  wordsOf: ({ name, server }) => `${name}\n${server}`.toLowerCase(),
  keyOf: () => undefined,
  actions: ["context", "copy-command", "filter", "palette", "help", "quit"],
  empty: (state) =>
    whySourceEmpty(state, "contexts", "server", [
      [],
      [["bold", "  There is no login on this machine."]],
      [["dim", "  keywarden login --server <url> makes one."]],
    ]),
  // Enter goes there, so that nothing is left for a pane to say.
  detail: () => [],
};
