import { ask } from "../../../auth/ask.ts";
import { editKeyRoute } from "../../../operator/edit-key.ts";
import { revokeKeyRoute } from "../../../operator/revoke-key.ts";
import { disableKeyRoute } from "../../../operator/switch-key.ts";
import { PAGE_SINK } from "../../../rotation-service/page-sink.ts";
import { isToldFailure } from "../../../rotation-service/rotation-service.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { html, type Html } from "../../markup/html.ts";
import type { MarkedKey } from "./find-marked.ts";
import type { SeveralAct } from "./several-acts.ts";
import { readGrace } from "../rotations/grace-field.ts";
import { graceOf, sinksOf } from "./rotation-plans.ts";

/** A key as a form names it: the state that its reader saw, and the id of the rotation that was planned. */
export interface Asked {
  readonly id: string;
  readonly seen: string;
  readonly rotation: string;
}

interface Changed {
  readonly isDone: boolean;
  readonly says: Html | string;
}

/** Changes one of several keys, and says what became of it; what fails holds up no other. */
export async function changeOne(
  tools: Console,
  to: ConsoleVisit,
  act: SeveralAct,
  { row, seen: present }: MarkedKey,
  { seen, rotation }: Asked,
  taken: Set<string>,
): Promise<Changed> {
  const { context, judge } = tools;
  const call = { params: { id: row.id }, ifMatch: seen };
  if (act === "rotate") return present === seen ? begin(tools, to, { row, rotation, taken }) : changedSince;
  const told =
    act === "tag"
      ? await ask(context, to, editKeyRoute, {
          ...call,
          body: { tags: [...new Set([...row.told.tags, ...to.form.list("tags")])] },
        })
      : await ask(context, to, act === "revoke" ? revokeKeyRoute : disableKeyRoute, call);
  if (!told.ok) return { isDone: false, says: judge.show(told.refusal.message) };
  return { isDone: true, says: { tag: "tagged", revoke: "revoked", disable: "disabled" }[act] };
}

const changedSince: Changed = {
  isDone: false,
  says: "it was changed after this plan was made: look at it again; nothing was changed",
};

async function begin(
  tools: Console,
  to: ConsoleVisit,
  {
    row,
    rotation,
    taken,
  }: Pick<MarkedKey, "row" | "rotation"> & {
    /** The sinks of the keys before, which this one would overwrite. */
    readonly taken: Set<string>;
  },
): Promise<Changed> {
  const { rotationService, judge } = tools;
  const graceSeconds = readGrace(to.form.text("grace"));
  if (!graceSeconds.ok)
    return { isDone: false, says: `${graceSeconds.refusal.message}; nothing was changed` };
  const sinks = rotationService === null ? [] : sinksOf(rotationService, row, to.form.list("to"));
  if (rotationService === null || sinks.length === 0 || !/^[0-9a-f]{8}$/.test(rotation))
    return { isDone: false, says: "no sink takes it; nothing was changed" };
  if (sinks.some((sink) => taken.has(sink)))
    return { isDone: false, says: "its sink is for another of these keys; nothing was changed" };
  for (const sink of sinks) if (sink !== PAGE_SINK) taken.add(sink);
  try {
    await rotationService.start(to, {
      rotation,
      keyId: row.id,
      sinks,
      graceSeconds: graceOf(tools, row, graceSeconds.value),
      endGrace: false,
    });
  } catch (error) {
    if (!isToldFailure(error)) throw error;
    return { isDone: false, says: judge.show(error.message) };
  }
  return {
    isDone: true,
    says: html`its rotation has begun: <a href="/console/rotations/${rotation}">look at it</a>`,
  };
}
