import { aliases, commands, runById, suggestCommands } from "../commands/commands.ts";
import type { KeyPress } from "../input/key-press.ts";
import { editTextField, makeTextField } from "../input/text-field.ts";
import { settle } from "./rows/settle-list.ts";
import type { State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

const close = (state: State): State => settle({ ...state, mode: "normal" });

/** Runs what was typed: a command by its name, a short name, or the one that is chosen from the suggestions. */
function run(state: State): Step {
  const { field, chosen } = state.palette;
  const typed = field.value.trim();
  const next = close(state);
  if (typed === "") return only(next);
  const [, name = "", argument = ""] = /^(\S+)\s*(.*)$/s.exec(typed) ?? [];
  const id = aliases.get(name) ?? name;
  const suggestions = suggestCommands(state, field.value);
  const isWhole = argument === "" || suggestions.length === 0 || suggestions.includes(typed);
  if (chosen === 0 && isWhole && commands.some((command) => command.id === id))
    return runById(next, id, argument);
  const suggestion = suggestions[chosen];
  if (suggestion === undefined)
    return only(withNotice(next, `there is no command ${state.judge.show(name)}: ? lists all of them`));
  const [first = "", ...rest] = suggestion.split(" ");
  return runById(next, aliases.get(first) ?? first, rest.length === 0 ? argument : rest.join(" "));
}

/** Edits the name of a command. No key typed here can act on a row before Enter. */
export function pressPalette(state: State, press: KeyPress): Step {
  const { field, chosen } = state.palette;
  const with_ = (palette: State["palette"]): Step => only({ ...state, palette });
  switch (press.name) {
    case "escape":
    case "ctrl-c":
      return only(close(state));
    case "enter":
      return press.isBurst ? only(state) : run(state);
    case "up":
      return with_({ field, chosen: Math.max(0, chosen - 1) });
    case "down":
      return with_({
        field,
        chosen: Math.min(Math.max(0, suggestCommands(state, field.value).length - 1), chosen + 1),
      });
    case "tab": {
      const suggestion = suggestCommands(state, field.value)[chosen];
      return suggestion === undefined
        ? only(state)
        : with_({ field: makeTextField(`${suggestion} `), chosen: 0 });
    }
    default: {
      const edited = editTextField(field, press);
      return edited === undefined ? only(state) : with_({ field: edited, chosen: 0 });
    }
  }
}
