import type { KnownContext } from "../state/source.ts";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { textColumn } from "./text-columns.ts";

/** The servers that somebody on this machine is logged in at. */
export const contextsScreen: Screen<KnownContext> = {
  id: "contexts",
  title: "Contexts",
  about: "the servers that you are logged in at",
  load: ["contexts"],
  columns: [
    textColumn("here", "", { width: 4, priority: 1 }, ({ isCurrent }) => (isCurrent ? "here" : "")),
    textColumn(
      "server",
      "SERVER",
      { width: 24, priority: 0, widest: 80 },
      ({ server }) => server,
      ({ server }) => (/prod/i.test(server) ? "production" : "plain"),
    ),
    textColumn("kind", "", { width: 10, priority: 2 }, ({ server }) =>
      /prod/i.test(server) ? "PRODUCTION" : "",
    ),
    textColumn(
      "token",
      "TOKEN",
      { width: 28, priority: 3 },
      ({ tokenFrom }) => tokenFrom,
      () => "dim",
    ),
  ],
  sort: { column: "server", direction: "ascending" },
  rows: ({ readings }) => readings.contexts?.value ?? [],
  idOf: ({ server }) => server,
  nameOf: ({ server }) => server,
  wordsOf: ({ server }) => server.toLowerCase(),
  keyOf: () => undefined,
  actions: ["copy-command", "filter", "palette", "help", "quit"],
  empty: (state) =>
    whySourceEmpty(state, "contexts", "server", [
      [],
      [["bold", "  There is no login on this machine."]],
      [["dim", "  keywarden login --server <url> makes one."]],
    ]),
  detail: ({ server, tokenFrom }) => [
    { label: "server", text: server, tone: "plain" },
    { label: "token", text: tokenFrom, tone: "plain" },
    { label: "open it", text: `keywarden-tui --server ${server}`, tone: "accent" },
  ],
};
