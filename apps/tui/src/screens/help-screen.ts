import { nameKey, type CommandInfo } from "../commands/command-info.ts";
import type { Screen } from "./screen.ts";
import { textColumn } from "./text-columns.ts";

/** Every command, with its keys and its name in the palette. */
export const helpScreen: Screen<CommandInfo> = {
  id: "help",
  title: "Help",
  about: "every command: / finds one, enter runs it",
  load: [],
  columns: [
    textColumn(
      "keys",
      "KEYS",
      { width: 16, priority: 1, widest: 24 },
      ({ keys }) => keys.map(nameKey).join(" "),
      () => "accent",
    ),
    textColumn("title", "WHAT IT DOES", { width: 20, priority: 0, widest: 90 }, ({ title }) => title),
    textColumn("command", "COMMAND", { width: 16, priority: 2, widest: 24 }, ({ id, argument }) =>
      id === "" ? "" : `:${id}${argument === undefined ? "" : ` <${argument}>`}`,
    ),
    {
      ...textColumn<CommandInfo>(
        "group",
        "GROUP",
        { width: 11, priority: 3 },
        ({ group }) => group,
        () => "dim",
      ),
      rank: ({ position }) => position,
    },
  ],
  sort: { column: "group", direction: "ascending" },
  rows: ({ commands }) => commands,
  idOf: ({ position }) => String(position),
  nameOf: ({ id }) => id,
  wordsOf: ({ id, title, group, keys }) => [id, title, group, ...keys].join("\n").toLowerCase(),
  keyOf: () => undefined,
  actions: ["filter", "back", "palette", "quit"],
  empty: () => [[], [["bold", "  No command passes the filter."]]],
  detail: ({ title, keys, id, group }) => [
    { label: "command", text: id === "" ? "none: it works while text is typed" : `:${id}`, tone: "plain" },
    { label: "what it does", text: title, tone: "plain" },
    { label: "keys", text: keys.map(nameKey).join(" "), tone: "plain" },
    { label: "group", text: group, tone: "plain" },
  ],
};
