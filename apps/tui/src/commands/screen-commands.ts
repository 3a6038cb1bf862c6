import { goTo, goBack, goForward } from "../state/go-to-screen.ts";
import { selectedKey, selectedRow } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import type { KnownContext } from "../state/source.ts";
import { only, withNotice, type Step } from "../state/step.ts";
import { namedScreens } from "../screens/screen-id.ts";
import { screens } from "../screens/screens.ts";
import { defineCommands } from "./command.ts";

/** Goes to the server that is named, or to that of the row under the cursor. */
function goToContext(state: State, named: string): Step {
  const row = state.screen === "contexts" ? (selectedRow(state) as KnownContext | undefined) : undefined;
  const wanted = named === "" ? (row?.server ?? "") : named;
  if (wanted === "") return only(withNotice(state, "where to? :context <name>; :contexts lists them"));
  if (wanted === state.server || wanted === state.contextName)
    return only(withNotice(state, `you are at ${wanted} already`));
  return [withNotice(state, `going to ${wanted} …`), [{ kind: "switch-context", wanted }]];
}

/** Going from screen to screen. */
export const screenCommands = [
  ...defineCommands("Screens", [
    ...namedScreens.map((id) => ({
      id,
      short: id,
      title: `${screens[id].title}: ${screens[id].about}`,
      argument: "filter",
      run: (state: State, filter: string) =>
        // The key that opens the help closes it, too.
        id === "help" && state.screen === "help" && filter === ""
          ? goBack(state)
          : goTo(state, id, null, filter),
    })),
    {
      id: "open",
      short: "open",
      title: "all that is known of the key, on a screen of its own",
      when: (state) => selectedKey(state) !== undefined && state.screen !== "key",
      run: (state) => {
        const key = selectedKey(state);
        return key === undefined ? only(state) : goTo(state, "key", key.id);
      },
    },
    {
      id: "key",
      short: "key",
      title: "all that is known of the key with this id",
      argument: "id",
      complete: ({ byId }) => [...Iterator.from(byId.values()).take(200)].map(({ id }) => id),
      run: (state, id) => (id === "" ? only(state) : goTo(state, "key", id)),
    },
    {
      id: "context",
      short: "go there",
      title: "go to the server of the row, or to the one that is named: nothing of this one stays on screen",
      argument: "name",
      complete: ({ readings }) =>
        (readings.contexts?.value ?? [])
          .filter(({ isCurrent }) => !isCurrent)
          .map(({ name, server }) => (name === "" ? server : name)),
      run: goToContext,
    },
    {
      id: "previous",
      short: "back",
      title: "the screen before this one",
      when: ({ past }) => past.length > 0 || "this is the first screen",
      run: goBack,
    },
    {
      id: "following",
      short: "forward",
      title: "the screen that you came back from",
      when: ({ future }) => future.length > 0 || "there is no screen to go forward to",
      run: goForward,
    },
  ]),
];
