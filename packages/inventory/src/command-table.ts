/** One thing that an operator can ask for, in the terminal and on the console's pages. */
export interface TableCommand {
  /** Its name in the palette. */
  readonly id: string;
  /** What asks for it in the terminal. */
  readonly keys: readonly string[];
  /** What it does on a page, in the help's words; null where a page does not have it, and then `why` says why. */
  readonly onPages: string | null;
  readonly why?: string;
}

const entry = (id: string, keys: string, onPages: string): TableCommand => ({
  id,
  keys: keys === "" ? [] : keys.split(" "),
  onPages,
});
const terminalOnly = (id: string, keys: string, why: string): TableCommand => ({
  ...entry(id, keys, ""),
  onPages: null,
  why,
});

/** Every command with its keys: the one table that the terminal, its help and palette, and the console's pages read. */
export const commandTable: readonly TableCommand[] = [
  entry("next", "1", "Next"),
  entry("keys", "2", "Keys"),
  terminalOnly("exposures", "3", "Next and the page of each key tell them"),
  entry("rotations", "4", "Rotations"),
  terminalOnly("departures", "5", "Next ranks them"),
  entry("tokens", "6", "Tokens"),
  entry("audit", "7", "Audit"),
  entry("alerts", "8", "Alerts"),
  terminalOnly("contexts", "9", "a page is of one server"),
  entry("help", "?", "these keys"),
  terminalOnly("log", "@", "a browser shows its own requests"),
  entry("open", "o l right", "open the row"),
  entry("key", "", "open the key with this id"),
  terminalOnly("context", "e", "a page is of one server"),
  entry("previous", "[ h left", "the screen before this one"),
  entry("following", "]", "the screen that you came back from"),
  entry("down", "j down", "next row"),
  entry("up", "k up", "previous row"),
  entry("half-page-down", "ctrl-d", "half a page down"),
  entry("half-page-up", "ctrl-u", "half a page up"),
  terminalOnly("page-down", "pagedown ctrl-f .", "the browser's own keys scroll, and ctrl-f is its search"),
  terminalOnly("page-up", "pageup ctrl-b ,", "the browser's own keys scroll"),
  entry("first", "g home", "first row"),
  entry("last", "G end", "last row"),
  entry("filter", "/", "filter"),
  entry("view", "", "keys that pass a filter with a name"),
  entry("sort", "s", "sort by the next column"),
  entry("sort-name", "N", "sort by name"),
  entry("sort-provider", "P", "sort by provider"),
  entry("sort-kind", "K", "sort by kind"),
  entry("sort-environment", "E", "sort by environment"),
  entry("sort-rotation", "S", "sort by rotation"),
  entry("sort-usage", "U", "sort by usage"),
  entry("sort-age", "A", "sort by age"),
  entry("sort-last-used", "L", "sort by last use"),
  entry("sort-owner", "O", "sort by owner"),
  entry("mark", "space", "mark the row: the acts below the list are about all marked ones"),
  entry("mark-all", "M", "mark every row of this page, or take their marks away"),
  entry("mark-range", "V ctrl-space", "mark all rows from the nearest marked one to this one"),
  entry("unmark", "u ctrl-\\", "take all marks away"),
  entry("details", "enter", "open the row"),
  entry("back", "escape", "leave the filter, then drop the marks"),
  terminalOnly("scroll-down", "ctrl-e", "the browser's own keys scroll"),
  terminalOnly("scroll-up", "ctrl-y", "the browser's own keys scroll"),
  entry("copy", "y", "copy the id of the row or of this key; :copy name and :copy command, too"),
  entry("copy-command", "Y", "copy the command that shows the key"),
  terminalOnly("read", "v", "a screen reader has keys of its own for that"),
  entry("refresh", "R ctrl-r", "read this page again"),
  terminalOnly("pause", "p", "pages follow nothing by themselves"),
  entry("act", "a", "do what the row proposes"),
  entry("write", "w", "to the button that unlocks changes"),
  entry("rotate", "r", "rotate the key, or all marked ones"),
  entry("resume", "c", "to the button that resumes a rotation, or to Rotations"),
  entry("revoke", "x", "revoke the key, or all marked ones"),
  entry("restrict", "b", "restrict or edit the key"),
  terminalOnly("disable", "d", "a button on the page of the key"),
  terminalOnly("enable", "D", "a button on the page of the key"),
  terminalOnly("departed", "", "the server's --policy names who has left"),
  entry("palette", ":", "type the name of a command"),
  terminalOnly("token", "t", "signing in is a page of its own"),
  terminalOnly("suspend", "ctrl-z", "a page is in no shell"),
  terminalOnly("quit", "q ctrl-c", "a browser closes its own tabs; the button signs out"),
];

/** Keys that a browser has its own use for: on pages they stay the browser's. */
export const browserKeys: ReadonlySet<string> = new Set(["left", "right", "down", "up", "home", "end"]);

const byId: ReadonlyMap<string, TableCommand> = new Map(commandTable.map((command) => [command.id, command]));

/** The keys of a command; throws for one that the table does not have. */
export function keysOf(id: string): readonly string[] {
  const command = byId.get(id);
  if (command === undefined) throw new TypeError(`the table has no command ${id}`);
  return command.keys;
}
