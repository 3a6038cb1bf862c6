import type { KeyRow } from "@keywarden/inventory";
import { whyEmpty } from "./empty-text.ts";
import { keyColumn } from "./key-columns.ts";
import type { Screen } from "./screen.ts";

/** Every key of the inventory. */
export const keysScreen: Screen<KeyRow> = {
  id: "keys",
  title: "Keys",
  about: "every key of the inventory",
  load: [],
  columns: [
    keyColumn("name", 14, 0, 48),
    keyColumn("provider", 12, 3),
    // The beginning of the key tells it, too.
    keyColumn("kind", 11, 8),
    keyColumn("environment", 11, 2),
    keyColumn("rotation", 20, 1, 30),
    keyColumn("usage", 10, 5),
    keyColumn("age", 6, 6),
    keyColumn("last-used", 11, 7),
    keyColumn("key", 15, 4),
    keyColumn("owner", 12, 9, 28),
    keyColumn("tags", 12, 10, 40),
    keyColumn("id", 16, 11, 40),
  ],
  sort: { column: "rotation", direction: "ascending" },
  fromKey: (key) => key,
  idOf: ({ id }) => id,
  nameOf: ({ name }) => name,
  wordsOf: ({ haystack }) => haystack,
  keyOf: (key) => key,
  actions: ["filter", "details", "open", "rotate", "revoke", "write", "restrict", "palette", "help", "quit"],
  empty: (state) =>
    whyEmpty(state, "key") ?? [
      [],
      [["bold", "  The server has no keys yet."]],
      [
        [
          "dim",
          "  keywarden keys create --provider aforo --name payments --environment production --to env:.env#KEY",
        ],
      ],
    ],
  detail: () => [],
};
