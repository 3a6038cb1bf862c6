import { defineProgram, filesAbove, makeDefineCommand, type ProcessTerminal } from "@keywarden/command-line";
import manifest from "../package.json" with { type: "json" };
import type { Host } from "./host.ts";
import { openFlags } from "./options.ts";

const open = makeDefineCommand<Host & ProcessTerminal>()({
  name: "",
  summary: "open the inventory",
  usage: ["[--server <url>] [--token-file <file>] [--screen <name>] [--write] [--once]"],
  description: [
    "? lists every command and : runs one by name. Nothing can be changed until --write or w allows it. A new key",
    "goes to a sink that you name, never to the screen. NO_COLOR is honoured. Your own keys, views and themes",
    "are in terminal.json in the configuration folder.",
  ],
  flags: openFlags,
  examples: [
    ["keywarden-tui --server http://127.0.0.1:7300 --token-file keys/bootstrap-token", "and press ?"],
    ["keywarden-tui --once", "the server and token of the environment, or of the last keywarden login"],
  ],
  handler: async ({ flags }, host) => (await import("./open.ts")).open(flags, host),
});

/** Everything that `keywarden-tui` can be asked. */
export const program = defineProgram({
  name: "keywarden-tui",
  version: manifest.version,
  summary: "the key inventory and its rotation status in a terminal",
  main: open,
  commands: [],
  formatFiles: ({ directory }) => filesAbove(directory, "keywarden.json"),
  exits: "0 done, 1 --once shows an overdue key, 2 failed, incomplete, or neither a terminal nor --once.",
});
