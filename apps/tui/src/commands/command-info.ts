/** What people are told of a command. */
export interface CommandInfo {
  /** Its name in the palette and in the keymap file; empty for a key that edits text. */
  readonly id: string;
  /** The first one is the one that the footer shows. */
  readonly keys: readonly string[];
  readonly title: string;
  /** One word for the footer. */
  readonly short: string;
  readonly group: "Screens" | "Move" | "Find" | "Look" | "Change" | "Program" | "While typing";
  /** What stands after it in the palette. */
  readonly argument?: string;
  /** Where it stands in the table of all commands. */
  readonly position: number;
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
