import { appConnectionFlags } from "../options.ts";
import { askAndPrint } from "./ask-and-print.ts";
import { defineCommand } from "./define-command.ts";

const exits = "0 asked for, 2 could not do it.";

const sweep = defineCommand({
  name: "sweep",
  summary: "check now for deliveries and refs that no event reported",
  usage: ["sweep [flags]"],
  description: [
    "The App does this automatically at start, every ten minutes (deliveries) and every hour (refs).",
  ],
  flags: appConnectionFlags,
  exits,
  handler: async ({ flags }, process) => {
    await askAndPrint(
      flags,
      process,
      (app) => app.call("sweep", {}),
      ({ queued }) => `queued: ${queued.join(", ")}\n`,
    );
    return 0;
  },
});

const backfill = defineCommand({
  name: "backfill",
  summary: "scan the history of one repository, or of all",
  usage: ["backfill [owner/name] [flags]"],
  description: [
    "The App does so once after it was given a repository, after everything else. What it finds is history: it is",
    "reported, and revoked only where the config says so or somebody approves it.",
  ],
  operands: { name: "owner/name", min: 0, max: 1 },
  flags: {
    ...appConnectionFlags,
    again: { kind: "switch", summary: "also scan again what was scanned before, for new formats" },
  },
  exits,
  handler: async ({ flags, operands: [repository] }, process) => {
    await askAndPrint(
      flags,
      process,
      (app) => app.call("backfill", { again: flags.again, ...(repository !== undefined && { repository }) }),
      ({ repositories }) =>
        `queued the history of ${repositories} ${repositories === 1 ? "repository" : "repositories"}\n`,
    );
    return 0;
  },
});

export const sweepCommands = [sweep, backfill];
