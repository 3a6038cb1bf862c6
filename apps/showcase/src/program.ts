import { defineProgram, makeDefineCommand, type ProcessTerminal } from "@keywarden/command-line";
import manifest from "../package.json" with { type: "json" };
import { showcaseFlags } from "./options.ts";

interface ShowcaseProcess extends ProcessTerminal {
  readonly process: NodeJS.Process;
}

/** What `npm start` runs; without arguments it plays. */
export const program = defineProgram({
  name: "keywarden-showcase",
  version: manifest.version,
  summary: "Keywarden's whole loop on this machine; npm start [-- --keep]",
  main: makeDefineCommand<ShowcaseProcess>()({
    name: "",
    summary: "play the loop",
    usage: ["[--keep]"],
    description: [
      "Runs Keywarden's whole loop on this machine with the built programs, real git and a real database:",
      "a key is stopped at the commit, and one that gets out is revoked. Nothing leaves this machine: every",
      "address is on the loopback interface, and the data is removed at the end.",
    ],
    flags: showcaseFlags,
    handler: async ({ flags }, { process }) => (await import("./play.ts")).play(flags, process),
  }),
  commands: [],
  exits: "0 played to the end, 1 it stopped, 2 it could not begin.",
});
