import { appConnectionFlags } from "../options.ts";
import { askAndPrint } from "./ask-and-print.ts";
import { defineCommand } from "./define-command.ts";

export const replayCommand = defineCommand({
  name: "replay",
  summary: "have GitHub send one delivery again, by its GUID",
  usage: ["replay <delivery> [flags]"],
  description: ["A delivery that the App accepted before is repeated only if its work was given up."],
  operands: { name: "delivery", min: 1, max: 1 },
  flags: appConnectionFlags,
  exits: "0 asked for, 2 could not do it.",
  handler: async ({ flags, operands: [delivery = ""] }, process) => {
    await askAndPrint(
      flags,
      process,
      (app) => app.call("replay", { delivery }),
      (answer) => `GitHub sends ${answer.delivery} again\n`,
    );
    return 0;
  },
});
