import { connectionFlags } from "../flags/connection-flags.ts";
import { keyFlags, sinkFlag, yesFlag } from "../flags/key-flags.ts";
import { restrictionFlags } from "../flags/restriction-flags.ts";
import { jsonFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const keyId = { name: "key id", min: 1, max: 1 };

export const keysCommand = defineCommand({
  name: "keys",
  summary: "list, show, create, change, look up, export and import keys",
  usage: [
    "keys list [filter ...]",
    "keys show <key id>",
    "keys usage <key id>",
    "keys create --provider <id> --name <text> --environment <name> --to <sink>",
    "keys edit <key id> --owner <text> --tag <text> ...",
    "keys disable <key id>",
    "keys enable <key id>",
    "keys lookup < file-with-one-key",
    "keys export [--format csv] [--output <file>]",
    "keys import <file> [--yes]",
    "keys import --plaintext --provider <id> [--yes] < file-with-keys",
  ],
  description: [
    "No command shows a whole key, except create --print, once. lookup reads one key from standard input",
    "and sends its SHA-256, never the key. All filters must match; put them in single",
    "quotes, because a shell interprets > and !. docs/keys.md describes them.",
  ],
  flags: {
    format: {
      kind: "choice",
      value: "format",
      choices: ["table", "json", "jsonl", "csv"],
      shownDefault: "table",
      summary: "output format; an export is jsonl or csv",
    },
    ...jsonFlag,
    output: {
      kind: "file",
      value: "file",
      summary: "write the export to this file, atomically, readable by you alone",
    },
    ...yesFlag,
    plaintext: {
      kind: "switch",
      summary: "import whole keys, one a line; they are hashed here and never sent",
    },
    limit: { kind: "text", value: "n", shownDefault: "100", summary: "maximum number of keys" },
    all: { kind: "switch", summary: "all keys, without a limit, including revoked and expired ones" },
    ...keyFlags,
    owner: { kind: "text", value: "text", summary: "who answers for the key" },
    tag: { kind: "list", value: "text", summary: "a tag to find it by" },
    permission: { kind: "list", value: "word", summary: "a permission, as the provider names it" },
    ...restrictionFlags,
    replaces: {
      kind: "text",
      value: "key id",
      summary: "the key that the new one replaces; it gets one successor",
    },
    clear: {
      kind: "list",
      value: "field",
      summary: "take away what edit can set: owner, expires, ip-range ...",
    },
    ...sinkFlag,
    print: {
      kind: "switch",
      summary: "print only the new key on standard output; it is never shown again",
    },
    own: { kind: "switch", summary: "generate the new key here; the server learns its SHA-256 only" },
    ...connectionFlags,
  },
  actions: {
    list: { summary: "one line for each key", operands: { name: "filter" } },
    show: { summary: "everything about one key", operands: keyId },
    usage: {
      summary: "how often a key was used and refused in the last 24 hours, from where and for what",
      operands: keyId,
    },
    create: { summary: "create a key and deliver it" },
    edit: {
      summary: "change name, owner, tags, permissions, restrictions, metadata or expiry",
      operands: keyId,
    },
    disable: { summary: "keep a key from opening anything until it is enabled again", operands: keyId },
    enable: { summary: "let a disabled key work again", operands: keyId },
    lookup: { summary: "find out whose key this is; exits 1 if it is unknown" },
    export: { summary: "write everything about the keys except their text, as JSON Lines or CSV" },
    import: {
      summary: "store keys by their hashes; existing ones are skipped",
      operands: { name: "file", max: 1, isPath: true },
    },
  },
  exits: "0 done, 1 something is left to do, 2 failed.",
  sections: async () => [
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
  handler: async (call, terminal) => (await import("./keys.ts")).keys(optionsOf(call), terminal),
});
