/**
 * What is said where somebody presses a key that does something in k9s or lazygit and has no meaning here; `{mark}` stands
 * for the key of a command.
 */
export const otherHabits: ReadonlyMap<string, string> = new Map([
  ["n", "{filter} lists only what matches, so there is no next match: {down} and {up} move"],
  ["z", "no change can be undone: each asks before it is made, and Audit ({audit}) shows what was changed"],
  ["0", "all providers are listed: {filter} with provider:aforo lists one"],
  ["ctrl-a", "{help} lists all commands, and {palette} runs one by its name"],
  ["ctrl-s", "to save what is listed: keywarden-tui --once --csv, with --screen and --filter"],
  ["ctrl-w", "a wider terminal shows more columns, and {details} all facts of the row"],
  ["ctrl-k", "{revoke} revokes a key and {rotate} rotates it"],
  ["delete", "{revoke} revokes a key and {rotate} rotates it"],
  ["tab", "there are no panels to change between: {details} shows facts below, {open} opens the key"],
  ["<", "{first} goes to the first row"],
  [">", "{last} goes to the last row"],
  ["m", "{mark} marks a row, {mark-all} all that are listed"],
  ["i", "{open} opens all that is known of the key"],
]);
