import { bindings, nameKey, type Action } from "../keys/keymap.ts";
import type { State } from "../state/state.ts";
import { paintSpread, type Segment } from "../text/paint-line.ts";
import { formatAgo, formatMoment, roleMay } from "@keywarden/inventory";
import type { Paint } from "../theme.ts";

const readOnlyKeys: readonly Action[] = [
  "open-filter",
  "toggle-details",
  "toggle-write",
  "open-help",
  "quit",
];
const writeKeys: readonly Action[] = ["open-filter", "toggle-details", "rotate", "revoke", "open-help"];

const isOffered = (action: Action, identity: State["identity"]): boolean =>
  (action !== "rotate" && action !== "revoke") || roleMay(identity?.role ?? null, action);

function footerActions({ mode, isWritable, dialog, identity }: State): readonly Action[] {
  if (mode === "filter") return ["keep-filter", "drop-filter", "move-down"];
  if (mode === "help") return ["move-down", "close-help"];
  if (mode === "normal")
    return isWritable ? writeKeys.filter((action) => isOffered(action, identity)) : readOnlyKeys;
  if (dialog?.kind === "busy") return [];
  if (dialog?.kind === "outcome") return ["cancel"];
  return dialog?.kind === "unlock" ? ["accept", "cancel"] : ["confirm", "cancel"];
}

const narrowBelow = 72;
const clock = (momentMs: number): string => formatMoment(momentMs).slice(11);

function status(state: State): readonly Segment[] {
  if (state.notice !== null) return [["warning", ` ${state.notice.text}`]];
  if (state.filter.problem !== null) return [["warning", ` ${state.filter.problem}`]];
  if (state.failure !== null) {
    const seconds = Math.max(0, Math.ceil((state.nextLoadAtMs - state.nowMs) / 1000));
    const retry = state.isPaused ? "paused" : state.load === null ? `next try in ${seconds} s` : "trying …";
    return [
      // The end of the line is what a narrow terminal cuts.
      ["danger", ` ! ${dataAge(state)}`],
      ["dim", `${retry}  `],
      ["plain", `${state.failure.message}  ${state.failure.advice}`],
    ];
  }
  if (state.isPaused)
    return [
      ["warning", " paused"],
      ["dim", "  p goes on, R asks once"],
    ];
  if (!state.hasLoaded) return [["dim", " reading …"]];
  // Only what is a few seconds old is live.
  const every = `every ${Math.round(state.refreshMs / 1000)} s`;
  return state.refreshMs <= liveWithinMs
    ? [
        ["good", " live"],
        ["dim", `  ${every}`],
      ]
    : [
        ["warning", ` as of ${clock(state.loadedAtMs)}`],
        ["dim", `  read ${every}`],
      ];
}

const liveWithinMs = 10_000;

/** How old what is on screen is; nothing where nothing is. */
function dataAge({ hasLoaded, loadedAtMs, nowMs }: State): string {
  return hasLoaded ? `not live: read ${formatAgo(loadedAtMs, nowMs)}  ` : "";
}

/** The status line and the keys that matter most now, with the mode and the read-only marker. */
export function footerLines(state: State, paint: Paint): readonly string[] {
  const { columns: width, visible, viewport } = state;
  const keys = footerActions(state).flatMap((action): readonly Segment[] => {
    const binding = bindings.find(
      (candidate) => candidate.mode === state.mode && candidate.action === action,
    );
    return binding === undefined
      ? []
      : [
          ["bold", ` ${nameKey(binding.keys[0] ?? "")}`],
          ["dim", ` ${state.dialog?.kind === "outcome" ? "close" : binding.short} `],
        ];
  });
  const position = visible.length === 0 ? "0/0" : `${viewport.cursor + 1}/${visible.length}`;
  const right: readonly Segment[] = [
    // The header says it too, so a narrow terminal can do without.
    ["dim", width < narrowBelow ? "" : `${state.isWritable ? "write" : "read-only"} · `],
    ["bold", state.mode],
    ["dim", ` · ${position} `],
  ];
  return [paintSpread(status(state), [], width, paint), paintSpread(keys, right, width, paint)];
}
