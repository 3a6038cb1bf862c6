import { defineFlags, type FlagValues } from "@keywarden/command-line";

/** How the terminal client is opened. */
export const openFlags = defineFlags({
  server: {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_SERVER",
    summary: "address of keywarden-server; the last keywarden login unless given",
  },
  "token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_TOKEN_FILE",
    summary: "file with the token, or <.env file>#<variable>; the login unless given",
  },
  "passphrase-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_PASSPHRASE_FILE",
    summary: "file with the passphrase of the login, or set KEYWARDEN_PASSPHRASE",
  },
  write: { kind: "switch", summary: "start with changes allowed; without it, w allows them" },
  once: { kind: "switch", summary: "print the inventory as a plain table and exit; needs no terminal" },
  plain: { kind: "switch", summary: "the same as --once" },
});

export type Options = FlagValues<typeof openFlags>;
