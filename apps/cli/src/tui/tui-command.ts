import { defineCommand } from "../commands/define-command.ts";

export const tuiCommand = defineCommand({
  name: "tui",
  summary: "open the key inventory in this terminal",
  usage: ["tui [flags of keywarden-tui]"],
  description: [
    "Runs keywarden-tui, a separate package, with the arguments that follow. keywarden tui --help lists",
    "its flags.",
  ],
  flags: {},
  isHandedOn: true,
  exits: "that of keywarden-tui; 2 if it is not installed.",
  examples: [
    ["keywarden tui", "at the server of the last keywarden login"],
    ["keywarden tui --once --filter status:overdue", "a table; exit status 1 if a key is overdue"],
  ],
  handler: async (call, terminal) => (await import("./tui.ts")).tui(call, terminal),
});
