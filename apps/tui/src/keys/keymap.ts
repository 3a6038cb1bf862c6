import type { ColumnId } from "@keywarden/inventory";

export type Mode = "normal" | "filter" | "dialog" | "help";

/** What a key can ask for. Sorting carries its column: `sort-name`. */
export type Action =
  | "move-down"
  | "move-up"
  | "page-down"
  | "page-up"
  | "half-page-down"
  | "half-page-up"
  | "move-first"
  | "move-last"
  | "open-filter"
  | "toggle-details"
  | "toggle-log"
  | "back"
  | "refresh"
  | "toggle-pause"
  | "toggle-write"
  | "rotate"
  | "revoke"
  | "resume"
  | "use-token"
  | "scroll-pane-down"
  | "scroll-pane-up"
  | "open-help"
  | "close-help"
  | "suspend"
  | "quit"
  | "keep-filter"
  | "drop-filter"
  | "confirm"
  | "accept"
  | "cancel"
  | "edit"
  | `sort-${ColumnId}`;

export interface Binding {
  readonly mode: Mode;
  /** The first one is the one that the footer shows. */
  readonly keys: readonly string[];
  readonly action: Action;
  readonly group: "Move" | "Find" | "Look" | "Change" | "Filter line" | "Dialog" | "Text" | "Help";
  readonly help: string;
  /** One word for the footer. */
  readonly short: string;
}

type Entry = readonly [keys: string, action: Action, short: string, help: string];

const group = (mode: Mode, name: Binding["group"], entries: readonly Entry[]): readonly Binding[] =>
  entries.map(([keys, action, short, help]) => ({
    mode,
    group: name,
    keys: keys.split(" "),
    action,
    short,
    help,
  }));

/** Every key that does something: dispatch, the footer and the help screen all read this table. */
export const bindings: readonly Binding[] = [
  ...group("normal", "Move", [
    ["j down", "move-down", "down", "next key"],
    ["k up", "move-up", "up", "previous key"],
    ["ctrl-d", "half-page-down", "down", "half a page down"],
    ["ctrl-u", "half-page-up", "up", "half a page up"],
    ["pagedown space ctrl-f", "page-down", "page", "a page down"],
    ["pageup ctrl-b", "page-up", "page", "a page up"],
    ["g home", "move-first", "first", "first key"],
    ["G end", "move-last", "last", "last key"],
  ]),
  ...group("normal", "Find", [
    [
      "/ :",
      "open-filter",
      "filter",
      "filter: words, !not, status: usage: env: provider: tag: owner: age>90d unused>90d",
    ],
    ["N", "sort-name", "name", "sort by name; press again to reverse the order"],
    ["P", "sort-provider", "provider", "sort by provider"],
    ["K", "sort-kind", "kind", "sort by kind"],
    ["E", "sort-environment", "environment", "sort by environment, production first"],
    ["S", "sort-rotation", "rotation", "sort by rotation status, overdue first"],
    ["U", "sort-usage", "usage", "sort by usage, never used first"],
    ["A", "sort-age", "age", "sort by age of the secret, youngest first"],
    ["L", "sort-last-used", "last used", "sort by last use, most recent first"],
  ]),
  ...group("normal", "Look", [
    ["enter", "toggle-details", "details", "show or hide all facts of the key"],
    ["l", "toggle-log", "log", "show or hide the log of calls to the server"],
    ["escape", "back", "back", "close the pane, then drop the filter"],
    ["ctrl-e", "scroll-pane-down", "scroll", "scroll the pane down"],
    ["ctrl-y", "scroll-pane-up", "scroll", "scroll the pane up"],
    ["t", "use-token", "token", "type another token, after the present one was refused"],
    ["R", "refresh", "refresh", "ask the server now"],
    ["p", "toggle-pause", "pause", "pause or resume refreshing"],
    ["?", "open-help", "help", "this list"],
    ["ctrl-z", "suspend", "suspend", "suspend to the shell; fg returns"],
    ["q ctrl-c", "quit", "quit", "quit"],
  ]),
  ...group("normal", "Change", [
    ["w", "toggle-write", "write", "allow changes (asks first), or go back to read-only"],
    ["r", "rotate", "rotate", "rotate the key: the new one goes to a sink, never to the screen"],
    ["c", "resume", "continue", "continue the rotations of this machine that wait"],
    ["x", "revoke", "revoke", "revoke the key immediately"],
  ]),
  ...group("filter", "Filter line", [
    ["enter", "keep-filter", "keep", "keep the filter and go back to the list"],
    ["escape ctrl-c", "drop-filter", "drop", "drop the filter"],
    ["down", "move-down", "down", "next key"],
    ["up", "move-up", "up", "previous key"],
  ]),
  ...group("dialog", "Dialog", [
    ["enter", "confirm", "confirm", "confirm, once the requested text is typed; with nothing typed, cancel"],
    ["y", "accept", "yes", "confirm a dialog that asks for y"],
    ["escape ctrl-c", "cancel", "cancel", "cancel; nothing is changed"],
  ]),
  ...group("dialog", "Text", [
    ["left right", "edit", "move", "move the caret"],
    ["home ctrl-a", "edit", "start", "go to the start"],
    ["end ctrl-e", "edit", "end", "go to the end"],
    ["backspace", "edit", "erase", "erase the character before the caret"],
    ["delete", "edit", "erase", "erase the character under the caret"],
    ["ctrl-w", "edit", "word", "erase the word before the caret"],
    ["ctrl-u", "edit", "line", "erase everything before the caret"],
  ]),
  ...group("help", "Help", [
    ["j down", "move-down", "down", "scroll down"],
    ["k up", "move-up", "up", "scroll up"],
    ["escape ? q enter ctrl-c", "close-help", "close", "close this list"],
  ]),
];

const actions = new Map<string, Action>(
  bindings.flatMap(({ mode, keys, action }) => keys.map((key) => [`${mode} ${key}`, action] as const)),
);

/** Says what a key does in a mode; `undefined` where it does nothing. */
export function findAction(mode: Mode, key: string): Action | undefined {
  return actions.get(`${mode} ${key}`);
}

const symbols: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  escape: "esc",
};

/** Writes a key as the screen shows it: `↑`, `esc`, `ctrl-d`. */
export function nameKey(key: string): string {
  return symbols[key] ?? key;
}
