import { challengeOf, type Dialog, type Target } from "../state/dialog.ts";
import { safeText } from "@keywarden/inventory";
import type { Segment } from "../text/paint-line.ts";
import { fieldSegments } from "./header-lines.ts";

type Line = readonly Segment[];

export interface DialogText {
  readonly title: Segment;
  /** Most important first, because a low terminal cuts from the end. */
  readonly lines: readonly Line[];
}

function targetLine(target: Target): Line {
  return [
    target.environment === "production"
      ? ["production", " PRODUCTION "]
      : ["plain", ` ${target.environment} `],
    ["plain", ` ${target.provider}  `],
    ["bold", target.name],
    ["dim", `  ${target.redacted}  generation ${target.generation}`],
  ];
}

const problemLine = (problem: string): Line =>
  problem === "" ? [] : [["danger", ` ! ${safeText(problem)}`]];

function confirmation(dialog: Extract<Dialog, { kind: "revoke" | "rotate" }>): readonly Line[] {
  return [
    targetLine(dialog.target),
    [
      ["plain", " type "],
      ["bold", challengeOf(dialog.target)],
      ["plain", " : "],
      ...fieldSegments(dialog.field),
    ],
    problemLine(dialog.problem),
  ];
}

function destinationLines(dialog: Extract<Dialog, { kind: "destination" | "unsaved" }>): readonly Line[] {
  return [
    targetLine(dialog.target),
    [["plain", " write the new key to file: "], ...fieldSegments(dialog.field)],
    problemLine(dialog.problem),
    [["dim", " A new file, readable by you alone. The key itself is never shown here."]],
    [["dim", " Type discard instead of a path to throw the new key away unseen."]],
  ];
}

type Words = {
  readonly [K in Dialog["kind"]]: (dialog: Extract<Dialog, { kind: K }>) => DialogText;
};

const words: Words = {
  unlock: () => ({
    title: ["warning", "Allow changes?"],
    lines: [
      [["plain", " y allows rotate and revoke. Enter or esc stays read-only."]],
      [["dim", " Every change still asks for the key's name. w goes back to read-only."]],
    ],
  }),
  revoke: (dialog) => ({
    title: ["danger", "Revoke at once"],
    lines: [
      ...confirmation(dialog),
      [
        [
          "plain",
          " This cannot be undone and has no grace period: whatever uses the key fails from then on.",
        ],
      ],
      [["dim", " Enter with nothing typed cancels."]],
    ],
  }),
  destination: (dialog) => ({
    title: ["warning", "Rotate: where does the new key go?"],
    lines: destinationLines(dialog),
  }),
  rotate: (dialog) => ({
    title: ["warning", "Rotate"],
    lines: [
      ...confirmation(dialog),
      [
        dialog.destination.kind === "file"
          ? ["plain", ` The new key goes to ${safeText(dialog.destination.path)}.`]
          : ["warning", " The new key is thrown away unseen."],
      ],
      [["dim", " Enter with nothing typed cancels."]],
    ],
  }),
  busy: (dialog) => ({
    title: ["accent", `${dialog.title} …`],
    lines: [targetLine(dialog.target), [["dim", " Waiting for the server."]]],
  }),
  unsaved: (dialog) => ({
    title: ["danger", "Rotated, but the new key is not saved yet"],
    lines: destinationLines(dialog),
  }),
  outcome: (dialog) => ({
    title: [dialog.isGood ? "good" : "danger", safeText(dialog.title)],
    lines: [
      ...dialog.lines.map((line): Line => [["plain", ` ${safeText(line)}`]]),
      [["dim", " Enter closes this."]],
    ],
  }),
};

/** The words of a dialog. A key text is never among them. */
export function dialogText(dialog: Dialog): DialogText {
  return (words[dialog.kind] as (dialog: Dialog) => DialogText)(dialog);
}
