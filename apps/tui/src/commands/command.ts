import { keysOf } from "@keywarden/inventory";
import type { State } from "../state/state.ts";
import type { Step } from "../state/step.ts";
import type { CommandInfo } from "./command-info.ts";

/** One thing that can be asked for: the keys, the palette, the help, the footer and the keymap file read this record. */
export interface ScreenCommand extends Omit<CommandInfo, "position"> {
  /** Whether it is offered here: true, false where it makes no sense, or why it cannot be done now. */
  when?(state: State): boolean | string;
  /** What can stand after it. */
  complete?(state: State): readonly string[];
  run(state: State, argument: string): Step;
}

type Entry = Omit<ScreenCommand, "keys" | "group">;

/** Makes the commands of a group; their keys are those of the table that the console has, too. */
export function defineCommands(
  group: ScreenCommand["group"],
  entries: readonly Entry[],
): readonly ScreenCommand[] {
  return entries.map((entry) => ({
    ...entry,
    group,
    keys: keysOf(entry.id),
  }));
}
