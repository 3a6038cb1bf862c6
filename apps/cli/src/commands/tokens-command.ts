import { connectionFlags } from "../flags/connection-flags.ts";
import { tokenActions } from "../flags/token-actions.ts";
import { defineCommand } from "./define-command.ts";

export const tokensCommand = defineCommand({
  name: "tokens",
  summary: "list, create and revoke the tokens of a keywarden-server",
  usage: [
    "tokens list [--json]",
    "tokens create --name <text> --role <role> [--expires <when>] [--provider <id>] --output <file>",
    "tokens revoke <token id> [--yes]",
  ],
  description: [
    "Needs an admin token. A new token is shown once: --output writes it to a new file that",
    "only you can read, --print to standard output. A revoked token gets 401 from the next request on; the last",
    "admin token cannot be revoked, so create another one first. Without --yes nothing is revoked.",
    "A token with --provider, --environment or --tenant is limited to their keys: it cannot manage tokens, or",
    "read or change anything that covers all keys.",
  ],
  flags: connectionFlags,
  actions: tokenActions,
  exits: "0 done, 2 failed.",
  examples: [
    ["keywarden tokens create --name ann --role admin --output ann.token", "instead of the bootstrap token"],
    [
      "keywarden tokens create --name deploy --role operator --provider aforo --environment test --print",
      "an operator of Aforo's sandbox keys",
    ],
    ["keywarden tokens revoke tok_1 --yes", "the token stops working"],
  ],
  handler: async (call, terminal) => (await import("./tokens.ts")).tokens(call, terminal),
});
