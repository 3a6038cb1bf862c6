import { defineFlags } from "@keywarden/command-line";

/** How the showcase is played. */
export const showcaseFlags = defineFlags({
  keep: { kind: "switch", summary: "leave it running, print the addresses, stop on Ctrl-C" },
});
