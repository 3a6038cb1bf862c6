import { defineFlags, type FlagValues } from "@keywarden/command-line";

/** How the terminal client is opened. */
export const openFlags = defineFlags({
  server: {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_SERVER",
    required: true,
    summary: "address of keywarden-server, such as http://127.0.0.1:7300",
  },
  "token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_TOKEN_FILE",
    required: true,
    summary: "file with the operator token (the server writes one to bootstrap-token)",
  },
  write: { kind: "switch", summary: "start with changes allowed; without it, w allows them" },
  once: { kind: "switch", summary: "print the inventory as a plain table and exit; needs no terminal" },
  plain: { kind: "switch", summary: "the same as --once" },
});

export type Options = FlagValues<typeof openFlags>;
