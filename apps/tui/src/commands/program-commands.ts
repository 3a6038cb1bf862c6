import { makeTextField } from "../input/text-field.ts";
import { settle } from "../state/rows/settle-list.ts";
import { askForSource } from "../state/read-sources.ts";
import { goBack } from "../state/go-to-screen.ts";
import type { State } from "../state/state.ts";
import { only, type Step } from "../state/step.ts";
import { defineCommands } from "./command.ts";

// Whoever reads the help leaves it as they leave a pager.
const quit = (state: State): Step =>
  state.screen === "help" && state.past.length > 0 ? goBack(state) : [state, [{ kind: "quit" }]];

/** The program itself. */
export const programCommands = defineCommands("Program", [
  {
    id: "palette",
    short: "commands",
    title: "type the name of a command; tab completes it",
    run: (state) => {
      const palette = { field: makeTextField(), chosen: 0 };
      // Their names complete what is typed.
      return askForSource(settle({ ...state, mode: "palette", palette }), "contexts");
    },
  },
  {
    id: "token",
    short: "token",
    title: "type another token, after the present one was refused",
    run: (state) => {
      const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "" };
      return only(settle({ ...state, mode: "dialog", dialog: { kind: "token", ...asked } }));
    },
  },
  {
    id: "suspend",
    short: "suspend",
    title: "suspend to the shell; fg returns",
    run: (state) => [state, [{ kind: "suspend" }]],
  },
  { id: "quit", short: "quit", title: "quit; in the help, go back", run: quit },
]);
