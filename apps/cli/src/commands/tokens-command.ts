import { connectionFlags } from "../flags/connection-flags.ts";
import { tokenActions } from "../flags/token-actions.ts";
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
  flags: connectionFlags,
  actions: tokenActions,
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden tokens create --name ann --role admin --output ann.token", "instead of the bootstrap token"],
    ["keywarden tokens revoke tok_1 --yes", "the token stops working"],
  ],
  handler: async (call, terminal) => (await import("./tokens.ts")).tokens(call, terminal),
});
