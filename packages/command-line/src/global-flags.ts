import { defineFlags } from "./flag.ts";

/** The flags that every command of every program takes. */
export const globalFlags = defineFlags({
  debug: { kind: "switch", summary: "show where in the program an error came from" },
  help: { kind: "switch", summary: "explain the command; also -h" },
  version: { kind: "switch", summary: "print the version; also -V" },
});
