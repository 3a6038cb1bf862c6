import type { State } from "../state/state.ts";
import { only, withNotice, type Step } from "../state/step.ts";
import { changeCommands } from "./change-commands.ts";
import type { CommandInfo } from "./command-info.ts";
import type { ScreenCommand } from "./command.ts";
import { findCommands } from "./find-commands.ts";
import { makeLookCommands } from "./look-commands.ts";
import { moveCommands } from "./move-commands.ts";
import { programCommands } from "./program-commands.ts";
import { screenCommands } from "./screen-commands.ts";

/** Everything that can be asked for. */
export const commands: readonly ScreenCommand[] = [
  ...screenCommands,
  ...moveCommands,
  ...findCommands,
  ...makeLookCommands(runById),
  ...changeCommands,
  ...programCommands,
];

const byId = new Map(commands.map((command) => [command.id, command]));

const typing: readonly Omit<CommandInfo, "position" | "id" | "short" | "group">[] = [
  { keys: ["enter"], title: "keep the filter, run the command, or confirm what the dialog asks for" },
  { keys: ["escape", "ctrl-c"], title: "drop the filter, or close the dialog; nothing is changed" },
  { keys: ["tab"], title: "complete the command" },
  { keys: ["up", "down"], title: "the row or the command before and after" },
  { keys: ["left", "right"], title: "one character back or on" },
  { keys: ["alt-b", "alt-f"], title: "one word back or on; so do ctrl-left and ctrl-right" },
  { keys: ["home", "ctrl-a"], title: "the start of the line" },
  { keys: ["end", "ctrl-e"], title: "the end of the line" },
  { keys: ["backspace"], title: "erase the character before the caret" },
  { keys: ["delete"], title: "erase the character under the caret" },
  { keys: ["ctrl-w"], title: "erase the word before the caret" },
  { keys: ["ctrl-u"], title: "erase everything before the caret" },
  { keys: ["y"], title: "say yes to a dialog that asks for y" },
];

/** Tells people of every command, with the operator's own keys in place of the ones that it comes with. */
export function describeCommands(own: ReadonlyMap<string, readonly string[]>): readonly CommandInfo[] {
  const told = commands.map(({ id, keys, title, short, group, argument }): Omit<CommandInfo, "position"> => ({
    id,
    keys: own.get(id) ?? keys,
    title,
    short,
    group,
    ...(argument !== undefined && { argument }),
  }));
  const others = typing.map((info) => ({ ...info, id: "", short: "", group: "While typing" as const }));
  return [...told, ...others].map((info, position) => ({ ...info, position }));
}

/** Whether a command is offered now: true, false, or why not. */
export function isOffered(state: State, id: string): boolean | string {
  const command = byId.get(id);
  return command !== undefined && (command.when?.(state) ?? true);
}

/** Finds the command of a key; one that makes no sense here leaves the key to another. */
export function findCommand(state: State, key: string): string | undefined {
  return state.commands.find(
    ({ id, keys }) => id !== "" && keys.includes(key) && isOffered(state, id) !== false,
  )?.id;
}

/** Runs a command, or says why it cannot be run now. */
export function runById(state: State, id: string, argument = ""): Step {
  const command = byId.get(id);
  if (command === undefined) return only(withNotice(state, `there is no command ${id}`));
  const offered = command.when?.(state) ?? true;
  if (offered === true) return command.run(state, argument.trim());
  return only(withNotice(state, offered === false ? `${id} does nothing on this screen` : offered));
}

/** What the operator may mean by what stands in the palette, best first. */
export function suggestCommands(state: State, typed: string): readonly string[] {
  const [, name = "", rest] = /^\s*(\S*)(?:\s(.*))?$/s.exec(typed) ?? [];
  if (rest === undefined) {
    const starting = commands.filter(({ id }) => id.startsWith(name));
    const others = commands.filter(({ id }) => !id.startsWith(name) && id.includes(name));
    return [...starting, ...others].filter((command) => command.when?.(state) !== false).map(({ id }) => id);
  }
  const wanted = rest.toLowerCase();
  const found = byId.get(aliases.get(name) ?? name)?.complete?.(state) ?? [];
  return found.filter((value) => value.toLowerCase().startsWith(wanted)).map((value) => `${name} ${value}`);
}

/** Short names that people of other tools type. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ["q", "quit"],
  ["q!", "quit"],
  ["wq", "quit"],
  ["exit", "quit"],
  ["ctx", "contexts"],
  ["k", "keys"],
  ["h", "help"],
]);
