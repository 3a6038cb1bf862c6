import { connectionFlags } from "../flags/connection-flags.ts";
import { yesFlag } from "../flags/key-flags.ts";
import { providerCallFlags } from "../flags/provider-call-flags.ts";
import { defineCommand } from "./define-command.ts";

export const revokeCommand = defineCommand({
  name: "revoke",
  summary: "revoke a key immediately",
  usage: [
    "revoke <key id> [--yes]",
    "revoke <key id> --provider <id> [--provider-url <url>] --token-file <file> [--yes]",
  ],
  description: [
    "There is no grace period and no undo: programs that use the key get 401 from the next request on.",
    "Without --yes it shows the key and when it was last used. With --provider, the provider's own API is used,",
    "with the key owner's credential, instead of a keywarden-server.",
  ],
  operands: { name: "key id", min: 1, max: 1 },
  flags: { ...yesFlag, ...connectionFlags, ...providerCallFlags },
  exits: "0 done, 1 something is left to do, 2 failed.",
  examples: [["keywarden revoke key_1 --yes", "the key stops working"]],
  handler: async (call, terminal) => (await import("./revoke.ts")).revoke(call, terminal),
});
