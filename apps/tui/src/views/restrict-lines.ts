import { fitText, safeText } from "@keywarden/inventory";
import type { Dialog } from "../state/dialog.ts";
import type { RestrictForm } from "../state/restrict/restrict-form.ts";
import type { Segment } from "../text/paint-line.ts";
import { fieldSegments } from "./field-segments.ts";

type Line = readonly Segment[];

const labelWidth = 14;

/** The fields of a form, each with what is set now where something else was typed. */
export function formLines({ fields, at, field, problem }: RestrictForm): readonly Line[] {
  if (fields === null)
    return problem === ""
      ? [[["dim", " asking what it can be bound to …"]]]
      : [[["danger", ` ! ${safeText(problem)}`]]];
  return fields.flatMap(({ label, hint, now, text }, index): readonly Line[] => {
    const isHere = index === at;
    const typed = isHere ? field.value : text;
    const title: Segment = [isHere ? "bold" : "dim", `${isHere ? ">" : " "} ${fitText(label, labelWidth)} `];
    const value: Line = isHere
      ? fieldSegments(field)
      : [typed === "" ? ["dim", "does not restrict"] : ["plain", typed]];
    const before =
      typed.trim() === now
        ? []
        : ([["warning", `  now: ${now === "" ? "does not restrict" : safeText(now)}`]] as Line);
    return [
      [title, ...value, ...before],
      ...(isHere && problem !== "" ? [[["danger", ` ! ${safeText(problem)}`]] as Line] : []),
      ...(isHere ? [[["dim", ` ${hint}`]] as Line] : []),
    ];
  });
}

/** What will be changed, and what it would have refused lately as far as that is known. */
export function restrictPlanLines({
  plan: { changes, foresight },
}: Extract<Dialog, { kind: "restrict-plan" }>): readonly Line[] {
  return [
    ...changes.map(({ label, from, to }): Line => [
      ["plain", ` ${label}: `],
      ["dim", from === "" ? "does not restrict" : safeText(from)],
      ["plain", " → "],
      ...(to === "" ? [["warning", liftedBy(label)] as Segment] : [["bold", safeText(to)] as Segment]),
    ]),
    ...foresight.map(({ text, tone }): Line => [[tone, ` ${tone === "danger" ? "! " : ""}${text}`]]),
  ];
}

const liftedBy = (label: string): string =>
  label === "Permissions" ? "those that a key of its kind has" : "does not restrict any more";
