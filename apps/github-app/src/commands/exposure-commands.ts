import { UsageError } from "@keywarden/command-line";
import { appConnectionFlags } from "../options.ts";
import type { ExposurePage } from "../operate/exposure-operations.ts";
import { describeExposure, renderExposures } from "../operate/render-exposures.ts";
import { askAndPrint } from "./ask-and-print.ts";
import { defineCommand } from "./define-command.ts";

const id = { name: "id", min: 1, max: 1 };
const exits = "0 done, 2 could not do it.";

const list = defineCommand({
  name: "list",
  summary: "list the keys that were found and what was decided",
  usage: ["list [flags]"],
  flags: {
    ...appConnectionFlags,
    state: {
      kind: "list",
      value: "state",
      choices: ["waiting", "revoke", "revoked", "held", "would-revoke", "reported"],
      summary: "only decisions in this state",
    },
    all: { kind: "switch", summary: "also keys that no configured provider issued" },
  },
  exits: "0 nothing waits for a person, 1 something does, 2 could not tell.",
  examples: [["keywarden-github-app list --data ./app --state held", "what waits for an approval"]],
  handler: async ({ flags }, process) => {
    const state = flags.state.length === 0 ? undefined : flags.state.join(",");
    const { data } = await askAndPrint(
      flags,
      process,
      async (app) => {
        const found: ExposurePage["data"][number][] = [];
        let after = 0;
        for (;;) {
          const page = await app.call("listExposures", { after, ...(state !== undefined && { state }) });
          found.push(...page.data.filter(({ reason }) => flags.all || reason !== "not-ours"));
          if (page.nextAfter === null) return { data: found };
          after = page.nextAfter;
        }
      },
      (answer) => renderExposures(answer.data),
    );
    return data.some((exposure) => exposure.state === "held") ? 1 : 0;
  },
});

const show = defineCommand({
  name: "show",
  summary: "show one key that was found: where, whose, what was decided and why",
  usage: ["show <id> [flags]"],
  operands: id,
  flags: appConnectionFlags,
  exits,
  handler: async ({ flags, operands: [given] }, process) => {
    await askAndPrint(
      flags,
      process,
      (app) => app.call("showExposure", { id: idOf(given) }),
      describeExposure,
    );
    return 0;
  },
});

const decide = (
  name: "approve" | "reject",
  summary: string,
  more: { readonly description?: readonly string[] } = {},
) =>
  defineCommand({
    name,
    summary,
    usage: [`${name} <id> [flags]`],
    ...more,
    operands: id,
    flags: appConnectionFlags,
    exits,
    handler: async ({ flags, operands: [given] }, process) => {
      await askAndPrint(flags, process, (app) => app.call(name, { id: idOf(given) }), describeExposure);
      return 0;
    },
  });

const approve = decide("approve", "approve one held decision: the key is revoked", {
  description: [
    "Approves one decision, under your name. Also revokes a live key that was in the history before the App.",
    "The kill switch and dry-run still hold it; `show <id>` says what became of it.",
  ],
});

const reject = decide("reject", "reject one held decision: the key is not revoked");

function idOf(text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,15}$/u.test(text)) return Number(text);
  throw new UsageError("<id> is the number that `list` shows in front of a key.");
}

export const exposureCommands = [list, show, approve, reject];
