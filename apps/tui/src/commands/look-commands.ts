import { makeTextField } from "../input/text-field.ts";
import { screenOf } from "../screens/screens.ts";
import { goBack } from "../state/go-to-screen.ts";
import { startLoad } from "../state/load-keys.ts";
import { withFilter } from "../state/rows/filter-rows.ts";
import { dropMarks } from "../state/rows/mark-rows.ts";
import { selectedKey, selectedRow } from "../state/rows/show-rows.ts";
import { settle } from "../state/rows/settle-list.ts";
import type { State } from "../state/state.ts";
import { only, withNotice, type Step } from "../state/step.ts";
import type { CommandInfo } from "./command-info.ts";
import { defineCommands } from "./command.ts";
import { commandLineOf } from "./command-line-of.ts";

function togglePane(state: State): State {
  const row = selectedRow(state);
  const cursorId = row === undefined ? null : screenOf(state).idOf(row);
  return settle({
    ...state,
    isPaneOpen: !state.isPaneOpen,
    paneTop: 0,
    // From here on the pane is about this row, wherever a change puts it.
    list: { ...state.list, cursorId },
    paneKey: selectedKey(state) ?? null,
  });
}

function back(state: State): Step {
  if (state.isPaneOpen) return only(settle({ ...state, isPaneOpen: false }));
  if (state.list.marked.size > 0) return only(dropMarks(state));
  if (state.list.filterField.value !== "") return only(withFilter(state, makeTextField()));
  return goBack(state);
}

function copy(state: State, what: string): Step {
  const key = selectedKey(state);
  const row = selectedRow(state);
  const id = key?.id ?? (row === undefined ? "" : screenOf(state).idOf(row));
  const text = what === "name" ? (key?.name ?? "") : what === "command" ? (commandLineOf(state) ?? "") : id;
  if (text === "") return only(withNotice(state, "there is nothing to copy here"));
  return [withNotice(state, `sent to the terminal's clipboard: ${text}`), [{ kind: "copy", text }]];
}

/** What Enter does: on most screens the pane; on the help the command, and on the contexts the server, of the row. */
function enter(state: State, runById: (state: State, id: string) => Step): Step {
  const row = selectedRow(state);
  if (state.screen === "contexts") return runById(state, "context");
  if (state.screen !== "help" || row === undefined) return only(togglePane(state));
  const { id } = row as CommandInfo;
  const [before, effects] = goBack(state);
  if (id === "") return only(state);
  const [after, more] = runById(before, id);
  return [after, [...effects, ...more]];
}

/** Looking closer, and at what is new. */
export const makeLookCommands = (runById: (state: State, id: string) => Step) =>
  defineCommands("Look", [
    {
      id: "details",
      short: "details",
      title: "show or hide all facts of the row; run a command of the help; go to a context",
      run: (state) => enter(state, runById),
    },
    {
      id: "back",
      short: "back",
      title: "close the pane, drop marks and filter, then go back",
      run: back,
    },
    {
      id: "scroll-down",
      short: "scroll",
      title: "scroll the facts down",
      run: (state) => only({ ...state, paneTop: state.paneTop + 1 }),
    },
    {
      id: "scroll-up",
      short: "scroll",
      title: "scroll the facts up",
      run: (state) => only({ ...state, paneTop: Math.max(0, state.paneTop - 1) }),
    },
    {
      id: "copy",
      short: "copy id",
      title: "copy the id, or name or command, to the terminal's clipboard",
      argument: "what",
      complete: () => ["id", "name", "command"],
      run: copy,
    },
    {
      id: "copy-command",
      short: "copy command",
      title: "copy the command that does the same as what the row is about",
      run: (state) => copy(state, "command"),
    },
    {
      id: "read",
      short: "read",
      title: "with --screen-reader: read everything on the screen again",
      when: ({ isSpoken }) => isSpoken || "--screen-reader reads what changes out line by line",
      run: (state) => only({ ...state, readCount: state.readCount + 1 }),
    },
    {
      id: "refresh",
      short: "refresh",
      title: "read the whole inventory again",
      when: ({ load }) => load === null || "the inventory is being read",
      run: startLoad,
    },
    {
      id: "pause",
      short: "pause",
      title: "pause, or follow changes again",
      run: (state) =>
        state.isPaused
          ? only({ ...state, isPaused: false, nextLoadAtMs: state.nowMs })
          : only({ ...state, isPaused: true }),
    },
  ]);
