import { connectionFlags } from "../flags/connection-flags.ts";
import { yesFlag } from "../flags/key-flags.ts";
import { answerFlags } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const tokensCommand = defineCommand({
  name: "tokens",
  summary: "list, create and revoke the tokens of a keywarden-server",
  usage: [
    "tokens list [--json]",
    "tokens create --name <text> --role <role> --output <file>",
    "tokens revoke <token id> [--yes]",
  ],
  description: [
    "Needs an admin token. A new token is shown once: --output writes it to a new file that",
    "only you can read, --print to standard output. A revoked token gets 401 from the next request on; the last",
    "admin token cannot be revoked, so create another one first. Without --yes nothing is revoked.",
  ],
  flags: {
    name: { kind: "text", value: "text", summary: "what to call the token" },
    role: {
      kind: "choice",
      value: "role",
      choices: ["admin", "operator", "responder", "reader", "verifier"],
      summary: "what the token may do",
    },
    output: {
      kind: "file",
      value: "file",
      summary: "write the new token to this file, which must not exist",
    },
    print: {
      kind: "switch",
      summary: "print only the new token on standard output; it is never shown again",
    },
    ...yesFlag,
    ...answerFlags,
    ...connectionFlags,
  },
  actions: {
    list: { summary: "one line for each token, revoked ones too, oldest first" },
    create: { summary: "create a token" },
    revoke: {
      summary: "revoke a token immediately and permanently",
      operands: { name: "token id", min: 1, max: 1 },
    },
  },
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden tokens create --name ann --role admin --output ann.token", "instead of the bootstrap token"],
    ["keywarden tokens revoke tok_1 --yes", "the token stops working"],
  ],
  handler: async (call, terminal) => (await import("./tokens.ts")).tokens(optionsOf(call), terminal),
});
