import { makeTextField } from "../input/text-field.ts";
import { makeList } from "../list/list-state.ts";
import type { ScreenId } from "../screens/screen-id.ts";
import { screens, screenOf } from "../screens/screens.ts";
import type { Effect } from "./effect.ts";
import { restartRuns } from "./load-keys.ts";
import { askForSource } from "./read-sources.ts";
import { withFilter } from "./rows/filter-rows.ts";
import { rebuild } from "./rows/show-rows.ts";
import type { Visit, State } from "./state.ts";
import type { Step } from "./step.ts";

const longestPast = 50;

const visitOf = ({ screen, subject, list, isPaneOpen, paneKey }: State): Visit => ({
  screen,
  subject,
  list,
  isPaneOpen,
  paneKey,
});

/** Opens a screen, and remembers where the operator was. */
export function goTo(state: State, screen: ScreenId, subject: string | null = null, filter = ""): Step {
  const isThere = state.screen === screen && state.subject === subject && state.list.sort.column !== "";
  if (isThere) return arrive(filter === "" ? state : withFilter(state, makeTextField(filter)));
  const past = state.list.sort.column === "" ? [] : [...state.past, visitOf(state)].slice(-longestPast);
  const list = makeList(screens[screen].sort);
  const visit = { screen, subject, list, isPaneOpen: false, paneKey: null };
  const next = restartRuns(rebuild({ ...state, ...visit, sorting: null, past, future: [], paneTop: 0 }));
  return arrive(filter === "" ? next : withFilter(next, makeTextField(filter)));
}

/** Goes to the visit before this one. */
export function goBack(state: State): Step {
  const visit = state.past.at(-1);
  if (visit === undefined) return [state, []];
  const future = [visitOf(state), ...state.future];
  return arrive(
    restartRuns(
      rebuild({ ...state, ...visit, sorting: null, past: state.past.slice(0, -1), future, paneTop: 0 }),
    ),
  );
}

/** Goes where the operator came back from. */
export function goForward(state: State): Step {
  const [visit, ...future] = state.future;
  if (visit === undefined) return [state, []];
  const past = [...state.past, visitOf(state)];
  return arrive(restartRuns(rebuild({ ...state, ...visit, sorting: null, past, future, paneTop: 0 })));
}

/** Reads what the screen shows beside the inventory. */
function arrive(state: State): Step {
  let next = state;
  const effects: Effect[] = [];
  for (const source of screenOf(state).load) {
    const [asked, more] = askForSource(next, source);
    next = asked;
    effects.push(...more);
  }
  return [next, effects];
}
