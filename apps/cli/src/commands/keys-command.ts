import { connectionFlags } from "../flags/connection-flags.ts";
import { keyActions } from "../keys/key-actions.ts";
import { defineCommand } from "./define-command.ts";

export const keysCommand = defineCommand({
  name: "keys",
  summary: "list, show, create, change, look up, export and import keys",
  usage: [
    "keys list [filter ...]",
    "keys show <key id>",
    "keys usage <key id>",
    "keys create --provider <id> --name <text> --environment <name> --to <sink>",
    "keys edit <key id> --owner <text> --tag <text> ...",
    "keys restrict <key id>",
    "keys disable <key id>",
    "keys enable <key id>",
    "keys open <key id> --sealing-key <file> --to <sink>",
    "keys lookup < file-with-one-key",
    "keys export [--format csv] [--output <file>]",
    "keys import <file> [--yes]",
    "keys import --plaintext --provider <id> [--yes] < file-with-keys",
  ],
  description: [
    "No command shows a whole key, except create and open with --print. lookup reads one key from standard input",
    "and sends its SHA-256, never the key. All filters must match; put them in single",
    "quotes, because a shell interprets > and !. docs/keys.md describes them.",
  ],
  flags: connectionFlags,
  actions: keyActions,
  exits: "0 done, 1 something is left to do, 2 failed.",
  sections: async () => [
    ...(await import("../keys/binding/provider-help.ts")).providerHelp(),
    ...(await import("../keys/filter-help.ts")).filterHelp,
    ...(await import("../keys/sink-help.ts")).sinkHelp(),
  ],
  examples: [
    ["keywarden keys list status:overdue env:production", "keys to rotate now"],
    ["keywarden keys list 'unused>90d !tag:batch' --format jsonl", "for a script"],
    ["keywarden keys edit key_1 --owner ann --tag env:production", "who answers for it"],
    ["keywarden keys lookup < leaked.txt", "whose key leaked"],
    ["keywarden keys export --output keys.jsonl", "the whole inventory, by its hashes"],
    ["keywarden keys import keys.jsonl", "show what an import would do; add --yes to do it"],
  ],
  handler: async (call, terminal) => (await import("./keys.ts")).keys(call, terminal),
});
