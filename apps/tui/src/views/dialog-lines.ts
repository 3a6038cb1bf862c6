import { challengeOf, challengeOfAll, type Dialog, type PlannedKey, type Target } from "../state/dialog.ts";
import { describeGrace, planSteps, safeText } from "@keywarden/inventory";
import { sinkForms } from "@keywarden/rotation/sink-forms";
import { lastSinks } from "../effects/read-sinks.ts";
import { makeTextField } from "../input/text-field.ts";
import { formatCount } from "../text/format-count.ts";
import type { Segment } from "../text/paint-line.ts";
import { fieldSegments } from "./field-segments.ts";
import { formLines, restrictPlanLines } from "./restrict-lines.ts";

type Line = readonly Segment[];

export interface DialogText {
  readonly title: Segment;
  /** Most important first, because a low terminal cuts from the end. */
  readonly lines: readonly Line[];
}

const environmentOf = ({ environment }: Target): Line[number] =>
  environment === "production" ? ["production", " PRODUCTION"] : ["plain", ` ${environment}`];

const targetLine = (target: Target): Line => [
  environmentOf(target),
  ["plain", `  ${target.provider}  `],
  ["bold", target.name],
  ["dim", `  ${target.redacted}  generation ${target.generation}`],
];

/** What decides whether a change is right: where it counts, who uses it, who answers for it, who else can read it. */
const factLine = (target: Target): Line => [
  environmentOf(target),
  ["plain", " · "],
  ["bold", target.use],
  ["plain", ` · ${target.calls ?? "asking how often it is called"} · ${target.owner}`],
  ...(target.exposure.tone === "danger" ? [exposureSegment(target)] : []),
];

/** What becomes of whoever uses the key. */
const switchLines = {
  disable: [["danger", " It stops at once, with whatever uses it, until somebody enables it again."]],
  enable: [["warning", " It works again as it did before, for whoever has it."]],
} as const satisfies Record<"disable" | "enable", Line>;

const exposureSegment = ({ exposure: { text, tone } }: Target): Line[number] => [tone, ` · ${text}`];

/** What is not known, or is no reason for haste, stands where a low screen can leave it out. */
const calmExposureLine = (target: Target): readonly Line[] =>
  target.exposure.tone === "danger" ? [] : [[[target.exposure.tone, ` ${target.exposure.text}`]]];

const problemLines = (problem: string): readonly Line[] =>
  problem === "" ? [] : [[["danger", ` ! ${safeText(problem)}`]]];

const typeLine = ({
  target,
  field,
}: Extract<Dialog, { kind: "revoke" | "rotate" | "switch" | "restrict-plan" }>): Line => [
  ["plain", " type "],
  ["bold", challengeOf(target)],
  ["plain", " : "],
  ...fieldSegments(field),
];

/** What an act asks for that is confirmed by the key's name, around what it does. */
const typedLines = (dialog: Extract<Dialog, { kind: "revoke" | "switch" }>, does: Line): readonly Line[] => [
  factLine(dialog.target),
  typeLine(dialog),
  ...problemLines(dialog.problem),
  targetLine(dialog.target),
  ...calmExposureLine(dialog.target),
  does,
  [["dim", " Enter with nothing typed cancels."]],
];

function planLines({ plan }: Extract<Dialog, { kind: "rotate" }>): readonly Line[] {
  return [
    ...plan.warnings.map((warning): Line => [["warning", ` ! ${safeText(warning)}`]]),
    ...planSteps(plan).map((step, index): Line => [["plain", ` ${index + 1}. ${step}`]]),
  ];
}

/** What becomes of one of several keys. */
function planOfOne({ target, plan }: PlannedKey): readonly Line[] {
  const grace = describeGrace(plan.fact.graceSeconds);
  return [
    [
      environmentOf(target),
      ["plain", `  ${target.provider}  `],
      ["bold", target.name],
      [
        "plain",
        `  ${target.use} · ${target.owner} → ${plan.fact.sinks.map((sink) => safeText(sink)).join(", ")}`,
      ],
    ],
    [[grace.tone, `   ${grace.text}`]],
    ...plan.warnings.map((warning): Line => [["warning", `   ! ${safeText(warning)}`]]),
  ];
}

const mostSteps = 8;

/** What is done now has to be seen, however much was done before. */
function newestSteps(steps: readonly string[]): readonly Line[] {
  const before = steps.length - mostSteps;
  return [
    ...(before > 0 ? [[["dim", ` ${formatCount(before)} steps before these`]] as Line] : []),
    ...steps.slice(-mostSteps).map((step): Line => [["plain", ` ${safeText(step)}`]]),
  ];
}

const stopLines = ({ stop }: Extract<Dialog, { kind: "busy" }>): readonly Line[] =>
  stop === undefined
    ? []
    : [
        stop === "offered"
          ? [["dim", " esc stops after the key that is being changed."]]
          : [["warning", " It stops after the key that is being changed."]],
      ];

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
  token: (dialog) => ({
    title: ["warning", "Another token"],
    lines: [
      [["plain", " token: "], ...fieldSegments(makeTextField("•".repeat(dialog.field.value.length)))],
      ...problemLines(dialog.problem),
      [["dim", " It is used until you quit, and stored nowhere. Enter with nothing typed cancels."]],
    ],
  }),
  passphrase: (dialog) => ({
    title: ["warning", `The logins of this machine are encrypted: to go to ${safeText(dialog.wanted)}`],
    lines: [
      [["plain", " passphrase: "], ...fieldSegments(makeTextField("•".repeat(dialog.field.value.length)))],
      ...problemLines(dialog.problem),
      [["dim", " It is used once, and stored nowhere. Enter with nothing typed cancels."]],
    ],
  }),
  revoke: (dialog) => ({
    title: ["danger", "Revoke at once: no way back"],
    lines: typedLines(dialog, [["danger", " No grace period: whatever uses the key fails from then on."]]),
  }),
  switch: (dialog) => ({
    title: [
      dialog.act === "disable" ? "danger" : "warning",
      dialog.act === "disable" ? "Disable until it is enabled again" : "Enable again",
    ],
    lines: typedLines(dialog, switchLines[dialog.act]),
  }),
  restrict: (dialog) => ({
    title: ["warning", "Restrict: what may it be used for?"],
    lines: [
      targetLine(dialog.target),
      ...formLines(dialog),
      factLine(dialog.target),
      [
        [
          "dim",
          " ↓ and tab go to the next field; an empty one does not restrict. Several stand between commas.",
        ],
      ],
      [["dim", " What is changed here holds for the old key of a rotation, too. The plan comes first."]],
    ],
  }),
  "restrict-plan": (dialog) => ({
    title: ["warning", "Restrict"],
    lines: [
      ...restrictPlanLines(dialog),
      typeLine(dialog),
      ...problemLines(dialog.problem),
      targetLine(dialog.target),
      factLine(dialog.target),
      [["dim", " Enter with nothing typed cancels."]],
    ],
  }),
  "revoke-all": ({ targets, field, problem }) => ({
    title: ["danger", `Revoke ${formatCount(targets.length)} keys at once`],
    lines: [
      [
        ["plain", " type "],
        ["bold", challengeOfAll("revoke", targets)],
        ["plain", " : "],
        ...fieldSegments(field),
      ],
      ...problemLines(problem),
      [["danger", " No grace period and no way back: whatever uses them fails from then on."]],
      ...targets.map((target): Line => [
        ...targetLine(target),
        ["plain", `  ${target.use} · ${target.owner}`],
      ]),
      [["dim", " Enter with nothing typed cancels."]],
    ],
  }),
  destination: (dialog) => ({
    title: ["warning", "Rotate: where does the new key go?"],
    lines: [
      targetLine(dialog.target),
      [["plain", " deliver to: "], ...fieldSegments(dialog.field)],
      ...problemLines(dialog.problem),
      factLine(dialog.target),
      [["dim", " For example env:.env#API_KEY; several sinks stand side by side. The plan comes first."]],
      [
        [
          "dim",
          ` Kinds: ${Object.values(sinkForms)
            .map(({ scheme, syntax }) => `${scheme}:${syntax}`)
            .join("  ")}`,
        ],
      ],
    ],
  }),
  "destination-all": ({ targets, field, problem }) => ({
    title: ["warning", `Rotate ${formatCount(targets.length)} keys: where do the new keys go?`],
    lines: [
      [["plain", " deliver to: "], ...fieldSegments(field)],
      ...problemLines(problem),
      [["dim", " For example env:.env#{NAME}, with {name}, {NAME} or {id} of each; the plan comes first."]],
      [["dim", ` ${lastSinks} puts each where its last rotation on this machine put it.`]],
      ...targets.map((target): Line => [
        ...targetLine(target),
        ["plain", `  ${target.use} · ${target.owner}`],
      ]),
    ],
  }),
  "rotate-all": ({ planned, refused, field, problem }) => {
    const atOnce = planned.filter(({ plan }) => plan.fact.graceSeconds === 0).length;
    return {
      title: [
        atOnce > 0 ? "danger" : "warning",
        `Rotate ${formatCount(planned.length)} ${planned.length === 1 ? "key" : "keys"}`,
      ],
      lines: [
        atOnce > 0
          ? [
              [
                "danger",
                ` ${atOnce} of ${planned.length} old keys stop at once: what still uses them fails then.`,
              ],
            ]
          : [["warning", " Every old key works beside the new one for a while, as each line says."]],
        [
          ["plain", " type "],
          ["bold", challengeOfAll("rotate", planned)],
          ["plain", " : "],
          ...fieldSegments(field),
        ],
        ...problemLines(problem),
        ...refused.map((one): Line => [
          ["warning", ` ! left out: ${safeText(one.target.name)}: ${safeText(one.problem)}`],
        ]),
        ...planned.flatMap(planOfOne),
        [["dim", " Enter with nothing typed cancels."]],
      ],
    };
  },
  rotate: (dialog) => {
    const grace = describeGrace(dialog.plan.fact.graceSeconds);
    return {
      title: [grace.tone === "danger" ? "danger" : "warning", "Rotate"],
      lines: [
        [[grace.tone, ` ${grace.text}`]],
        typeLine(dialog),
        ...problemLines(dialog.problem),
        targetLine(dialog.target),
        factLine(dialog.target),
        ...calmExposureLine(dialog.target),
        ...planLines(dialog),
        [["dim", " Enter with nothing typed cancels."]],
      ],
    };
  },
  busy: (dialog) => ({
    title: ["accent", `${safeText(dialog.title)} …`],
    lines: [
      ...(dialog.target === null ? [] : [targetLine(dialog.target)]),
      ...stopLines(dialog),
      ...newestSteps(dialog.steps),
      ...(dialog.hasJournal
        ? [[["dim", " It is safe to interrupt: the journal knows how to go on."]] as Line]
        : []),
    ],
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
