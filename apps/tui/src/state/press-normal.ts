import { nameKey } from "../commands/command-info.ts";
import { findCommand, runById } from "../commands/commands.ts";
import { otherHabits } from "../commands/other-habits.ts";
import { isKeyName, type KeyPress } from "../input/key-press.ts";
import type { State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

/** Does what a key asks for while the list has the keyboard; of one that does nothing it says so. */
export function pressNormal(before: State, press: KeyPress): Step {
  const id = findCommand(before, press.name);
  if (id === undefined) return only(sayWhyNothing(before, press.name));
  return runById(before.notice === null ? before : { ...before, notice: null }, id);
}

function sayWhyNothing(state: State, key: string): State {
  if (!isKeyName(key)) return state;
  const elsewhere = state.commands.find(({ id, keys }) => id !== "" && keys.includes(key));
  if (elsewhere !== undefined) return withNotice(state, `${elsewhere.id} does nothing on this screen`);
  const habit = otherHabits.get(key);
  if (habit === undefined)
    return withNotice(state, `${nameKey(key)} is the key of no command: ${keyFor(state, "help")} lists all`);
  return withNotice(
    state,
    habit.replaceAll(/\{([a-z-]+)\}/g, (_, id: string) => keyFor(state, id)),
  );
}

/** What runs a command: its first key, or its name in the palette where it has none. */
function keyFor({ commands }: State, id: string): string {
  const [key] = commands.find((command) => command.id === id)?.keys ?? [];
  return key === undefined ? `:${id}` : nameKey(key);
}
