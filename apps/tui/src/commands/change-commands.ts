import {
  isDisabledRow,
  isLiveRow,
  makeDepartures,
  makeRater,
  readDeparted,
  roleMay,
  roleMayChange,
  rolesThatMay,
  type Departed,
  type KeyRow,
  type RatedItem,
} from "@keywarden/inventory";
import { makeTextField } from "../input/text-field.ts";
import { makeTarget } from "../state/dialog.ts";
import { goTo } from "../state/go-to-screen.ts";
import { selectedKey, selectedRow } from "../state/rows/show-rows.ts";
import { settle } from "../state/rows/settle-list.ts";
import type { State } from "../state/state.ts";
import { formatCount } from "../text/format-count.ts";
import { only, withNotice, type Step } from "../state/step.ts";
import { defineCommands } from "./command.ts";

/** Why a key cannot be changed now; true where it can. */
function mayChange(state: State, act: "rotate" | "revoke" | "disable" | "enable"): true | string {
  const role = state.identity?.role ?? null;
  if (!roleMay(role, act))
    return `a ${role} may not ${act}: it takes the role ${rolesThatMay(act).join(" or ")}`;
  if (!state.isWritable) return `read-only: press w to allow changes, then ${act} again`;
  const row = selectedKey(state);
  if (row === undefined) return "no key is selected";
  return isLiveRow(row) || `${row.name} is ${row.rotation.state} already: nothing to ${act}`;
}

/** Whether a key can be restricted, which takes whoever may edit it. */
function mayRestrict(state: State): true | string {
  const role = state.identity?.role ?? null;
  if (!roleMay(role, "edit"))
    return `a ${role} may not restrict: it takes the role ${rolesThatMay("edit").join(" or ")}`;
  if (!state.isWritable) return "read-only: press w to allow changes, then restrict again";
  const row = selectedKey(state);
  if (row === undefined) return "no key is selected";
  return isLiveRow(row) || `${row.name} is ${row.rotation.state} already: nothing to restrict`;
}

function openRestrict(state: State): Step {
  const row = selectedKey(state);
  if (row === undefined) return only(state);
  const target = makeTarget(row, state);
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "", target };
  return [
    settle({ ...pin(state, row), dialog: { kind: "restrict", ...asked, fields: null, at: 0 } }),
    [
      { kind: "recall-restrictions", target },
      { kind: "tell-usage", target },
    ],
  ];
}

/** Whether a key can be disabled or enabled, of which only one makes sense. */
function maySwitch(state: State, act: "disable" | "enable"): boolean | string {
  const row = selectedKey(state);
  if (row === undefined) return false;
  const may = mayChange(state, act);
  if (may !== true || isDisabledRow(row) === (act === "enable")) return may;
  return act === "disable" ? `${row.name} is disabled already: D enables it` : `${row.name} is not disabled`;
}

function openSwitch(state: State, act: "disable" | "enable"): Step {
  const row = selectedKey(state);
  if (row === undefined) return only(state);
  const target = makeTarget(row, state);
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "", target };
  return [
    settle({ ...pin(state, row), dialog: { kind: "switch", act, ...asked } }),
    [{ kind: "tell-usage", target }],
  ];
}

/** Every one of them is read in the plan before their number is typed, and each call is one of its own. */
const mostAtOnce = 1000;

/** The same for the marked keys, where there are some. */
function mayChangeMarked(state: State, act: "rotate" | "revoke"): true | string {
  if (state.list.marked.size === 0 || !state.isWritable || !roleMay(state.identity?.role ?? null, act))
    return mayChange(state, act);
  const { length } = markedKeys(state);
  if (length > mostAtOnce)
    return `${formatCount(length)} keys are marked, and ${formatCount(mostAtOnce)} are the most at once: narrow the filter`;
  return length > 0 || `no marked key is live any more: nothing to ${act}`;
}

/** What the chosen row of Next proposes. */
function itemOf(state: State): RatedItem | undefined {
  return state.screen === "next" ? (selectedRow(state) as RatedItem | undefined) : undefined;
}

function pin(state: State, row: KeyRow): State {
  const cursorId = state.subject === null ? row.id : state.list.cursorId;
  return { ...state, list: { ...state.list, cursorId }, mode: "dialog" };
}

function markedKeys({ list, byId }: State): readonly KeyRow[] {
  return [...list.marked].flatMap((id) => byId.get(id) ?? []).filter(isLiveRow);
}

function openRevoke(state: State): Step {
  const marked = markedKeys(state);
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "" };
  if (marked.length > 1) {
    const targets = marked.map((row) => makeTarget(row, state));
    return only(settle({ ...state, mode: "dialog", dialog: { kind: "revoke-all", ...asked, targets } }));
  }
  const row = marked[0] ?? selectedKey(state);
  if (row === undefined) return only(state);
  const target = makeTarget(row, state);
  return [
    settle({ ...pin(state, row), dialog: { kind: "revoke", ...asked, target } }),
    [{ kind: "tell-usage", target }],
  ];
}

function openRotate(state: State): Step {
  const marked = markedKeys(state);
  if (marked.length > 1) {
    const targets = marked.map((row) => makeTarget(row, state));
    const dialog = {
      kind: "destination-all" as const,
      openedAtMs: state.nowMs,
      field: makeTextField(),
      problem: "",
    };
    return only(settle({ ...state, mode: "dialog", dialog: { ...dialog, targets } }));
  }
  const row = marked[0] ?? selectedKey(state);
  if (row === undefined) return only(state);
  const target = makeTarget(row, state);
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "", target };
  return [
    settle({ ...pin(state, row), dialog: { kind: "destination", ...asked } }),
    [
      { kind: "recall-sinks", target },
      { kind: "tell-usage", target },
    ],
  ];
}

function resume(state: State): Step {
  const waiting = state.unfinished.filter(({ dueAtMs }) => dueAtMs <= state.nowMs);
  const title = `Continuing ${waiting.map(({ name }) => name).join(", ")}`;
  const dialog = {
    kind: "busy" as const,
    openedAtMs: state.nowMs,
    title,
    target: null,
    steps: [],
    hasJournal: true,
  };
  return [settle({ ...state, mode: "dialog", dialog }), [{ kind: "resume" }]];
}

function toggleWrite(state: State): State {
  if (state.isWritable) return withNotice({ ...state, isWritable: false }, "read-only again");
  return settle({ ...state, mode: "dialog", dialog: { kind: "unlock", openedAtMs: state.nowMs } });
}

function withDeparture(state: State, departed: Departed): State {
  const departures = makeDepartures([...state.departures.values(), departed]);
  // What is kept as known about keys has to hold it, too, or the next answer of a source would drop it.
  const signs = { ...state.signs, departures };
  return { ...state, departures, signs, rate: makeRater(signs) };
}

/** Changing keys, and whether that is allowed. */
export const changeCommands = defineCommands("Change", [
  {
    id: "act",
    short: "act",
    title: "do what the row proposes: rotate, revoke, finish or look",
    when: (state) => {
      const item = itemOf(state);
      if (item === undefined) return false;
      return item.todo === "rotate" || item.todo === "revoke" ? mayChange(state, item.todo) : true;
    },
    run: (state) => {
      const item = itemOf(state);
      if (item === undefined) return only(state);
      if (item.todo === "rotate") return openRotate(state);
      if (item.todo === "revoke") return openRevoke(state);
      return item.reason === "stopped" ? goTo(state, "rotations") : goTo(state, "key", item.row.id);
    },
  },
  {
    id: "write",
    short: "write",
    title: "allow changes (asks first), or go back to read-only",
    when: ({ identity, isWritable }) =>
      isWritable ||
      roleMayChange(identity?.role ?? null) ||
      `a ${identity?.role} may change nothing: another token can, press t`,
    run: (state) => only(toggleWrite(state)),
  },
  {
    id: "rotate",
    short: "rotate",
    title: "rotate the key, or all marked ones: new keys go to sinks, never to the screen",
    when: (state) => mayChangeMarked(state, "rotate"),
    run: openRotate,
  },
  {
    id: "resume",
    short: "continue",
    title: "continue the rotations of this machine that wait",
    when: ({ unfinished, nowMs, isWritable }) =>
      unfinished.every(({ dueAtMs }) => dueAtMs > nowMs)
        ? "no rotation of this machine waits to be continued"
        : isWritable || "read-only: press w to allow changes, then c again",
    run: resume,
  },
  {
    id: "revoke",
    short: "revoke",
    title: "revoke the key, or all marked ones, immediately",
    when: (state) => mayChangeMarked(state, "revoke"),
    run: openRevoke,
  },
  {
    id: "restrict",
    short: "restrict",
    title: "restrict what the key may be used for, after showing what that would have refused lately",
    when: mayRestrict,
    run: openRestrict,
  },
  {
    id: "disable",
    short: "disable",
    title: "refuse the key until it is enabled again",
    when: (state) => maySwitch(state, "disable"),
    run: (state) => openSwitch(state, "disable"),
  },
  {
    id: "enable",
    short: "enable",
    title: "accept a disabled key again",
    when: (state) => maySwitch(state, "enable"),
    run: (state) => openSwitch(state, "enable"),
  },
  {
    id: "departed",
    short: "departed",
    title: "say that an owner has left; what they knew moves up in Next",
    argument: "owner",
    complete: ({ byId }) =>
      [...new Set([...byId.values()].flatMap(({ told }) => told.owner ?? []))].slice(0, 500),
    run: (state, text) => {
      if (text === "") return only(withNotice(state, "who? :departed <owner>, as the inventory names them"));
      const departed = readDeparted(text, state.nowMs);
      return departed === null
        ? only(withNotice(state, "when? :departed <owner>=2026-01-31, or with a time: =2026-01-31T17:00Z"))
        : goTo(withDeparture(state, departed), "departures");
    },
  },
]);
