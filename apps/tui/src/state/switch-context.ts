import { makeTextField } from "../input/text-field.ts";
import type { OpenedContext } from "./event.ts";
import { goTo } from "./go-to-screen.ts";
import { startLoad } from "./load-keys.ts";
import { makeState, type State } from "./state.ts";
import { settle } from "./rows/settle-list.ts";
import { only, withNotice, type Step } from "./step.ts";

/** Asks who one is at this server, what is unfinished there, and for its keys. */
export function startSession(state: State): Step {
  const [started, effects] = startLoad(state);
  return [started, [{ kind: "identify" }, { kind: "list-unfinished" }, ...effects]];
}

/**
 * Begins anew at another server. Of the one before nothing stays: no key, no call, no visit and no right to change
 * anything, which the operator gave for that server.
 */
export function receiveSwitch(before: State, context: OpenedContext): Step {
  const { judge, columns, rows, nowMs, commands, views, givenDepartures, lastLoadId } = before;
  const { server, contextName } = context;
  const fresh = makeState({
    server,
    contextName,
    isProduction: context.isProduction,
    hasApp: context.hasApp,
    judge,
    isSpoken: before.isSpoken,
    columns,
    rows,
    nowMs,
    commands,
    views,
    isWritable: false,
    departures: givenDepartures,
  });
  const [opened, asked] = goTo({ ...fresh, lastLoadId }, "next");
  const [started, effects] = startSession(opened);
  const where = contextName === "" ? server : contextName;
  return [withNotice(started, `you are at ${where} now, read-only`), [...asked, ...effects]];
}

/** Asks for the passphrase of the logins, unless the operator is about something else by now. */
export function askPassphrase(state: State, { wanted }: { readonly wanted: string }): Step {
  if (state.dialog !== null || state.mode !== "normal") return only(state);
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "", wanted };
  return only(settle({ ...state, mode: "dialog", dialog: { kind: "passphrase", ...asked } }));
}
