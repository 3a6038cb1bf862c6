import { formatAgo, formatCountdown } from "@keywarden/inventory";
import type { RotationRecord } from "@keywarden/management";
import { ask } from "../../../auth/ask.ts";
import { listRotationsRoute } from "../../../operator/manage-rotations.ts";
import { isToldFailure, type RotationService } from "../../../rotation-service/rotation-service.ts";
import type { Console, ConsoleVisit } from "../../console.ts";
import { addressWith, queryOf } from "../../console.ts";
import { html, type Html } from "../../markup/html.ts";
import { empty } from "../../markup/notes.ts";
import { table } from "../../markup/table.ts";
import { mountRotationPages } from "./rotation-screen.ts";

const MOST = 200;
const tabs: readonly (readonly [name: string, state: string])[] = [
  ["In progress", ""],
  ["Ended", "ended"],
];

/** The rotations of everybody, by whatever program they are carried out. */
export function mountRotations(tools: Console): void {
  const { context, show, page, problem } = tools;
  show("/console/rotations", async (to) => {
    const state = queryOf(to, "state") === "ended" ? "ended" : "open";
    const answer = await ask(context, to, listRotationsRoute, { query: { state, limit: MOST } });
    if (!answer.ok) return problem(to, answer.refusal);
    const { rotations, total } = answer.value.body as {
      readonly rotations: readonly RotationRecord[];
      readonly total: number;
    };
    const isSome = to.viewer.limits === null && rotations.length < total;
    return page(to, {
      title: "Rotations",
      path: to.request.url,
      lead: "Keys that are being replaced, by whom, and how long the old one still works.",
      body: html`<nav class="tabs" aria-label="Which rotations">
          ${tabs.map(([name, value]) => html`<a href="${addressWith("/console/rotations", { state: value })}" ${(value === "" ? "open" : value) === state && html`aria-current="true"`}>${name}</a>`)}
        </nav>
        ${
          rotations.length === 0
            ? empty(
                state === "open" ? "No rotation is in progress." : "No rotation has ended yet.",
                "A rotation begins on the page of its key, in the terminal or with keywarden rotate.",
              )
            : rotationTable(tools, rotations, to)
        }
        ${isSome && html`<p class="dim">The newest ${rotations.length} of ${total}.</p>`}`,
    });
  });
  mountRotationPages(tools);
}

function rotationTable(
  { judge, rotationService }: Console,
  rotations: readonly RotationRecord[],
  to: ConsoleVisit,
): Html {
  const titles = ["Key", "Provider", "Step", "Old key", "Sinks", "By", "Changed", "Journal"];
  const extra = new Set(["Sinks", "Provider"]);
  return table(
    "Rotations",
    titles.map((title) => ({ title, isExtra: extra.has(title) })),
    rotations.map((record) => {
      const { id, keyId, keyName, provider, failure, step, isLeased, endedAt, outcome } = record;
      const isStopped = endedAt === null && (failure !== null || !isLeased);
      return [
        {
          body: html`<a href="/console/rotations/${id}">${keyName === "" ? keyId : judge.show(keyName)}</a>`,
        },
        { body: judge.show(provider) },
        {
          body:
            endedAt === null
              ? `${step}${failure === null ? (isLeased ? "" : ": nobody continues it") : `: ${failure}`}`
              : (outcome ?? "ended"),
          tone: isStopped ? ("warning" as const) : ("plain" as const),
        },
        { body: oldKeyOf(record) },
        { body: record.sinks.map((sink) => judge.show(sink)).join(", ") },
        { body: judge.show(record.startedBy) },
        { body: formatAgo(Date.parse(record.changedAt), to.nowMs) },
        { body: whereJournalIs(rotationService, id) },
      ];
    }),
  );
}

function oldKeyOf({ deadlineSeconds, endedAt, outcome }: RotationRecord): string {
  if (endedAt !== null) return outcome === "done" ? "ended" : "not ended by it";
  if (deadlineSeconds === null) return "works";
  return deadlineSeconds === 0 ? "can end now" : `${formatCountdown(deadlineSeconds)} left`;
}

function whereJournalIs(service: RotationService | null, id: string): string {
  try {
    return (service?.find(id) ?? null) === null ? "elsewhere" : "this server";
  } catch (error) {
    if (!isToldFailure(error)) throw error;
    return "cannot be read";
  }
}
