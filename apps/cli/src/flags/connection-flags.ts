import { defineFlags, type FlagValues, type Given } from "@keywarden/command-line";

/** The flags of every command that talks to a keywarden-server. */
export const connectionFlags = defineFlags({
  server: {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_SERVER",
    summary: "address of keywarden-server, such as http://127.0.0.1:7300",
  },
  "token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_TOKEN_FILE",
    summary: "file with the token, or <.env file>#<variable>",
  },
  "passphrase-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_PASSPHRASE_FILE",
    summary: "file with the passphrase, or set KEYWARDEN_PASSPHRASE",
  },
});
/** A call of a command that talks to a keywarden-server. */
export interface ConnectionCall {
  readonly flags: FlagValues<typeof connectionFlags>;
  readonly given: Given<"server">;
}
