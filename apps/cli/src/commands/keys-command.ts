import { connectionFlags } from "../flags/connection-flags.ts";
import { keyFlags, sinkFlag, yesFlag } from "../flags/key-flags.ts";
import { jsonFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const keyId = { name: "key id", min: 1, max: 1 };

export const keysCommand = defineCommand({
  name: "keys",
  summary: "list, show, create, look up, export and import keys",
  usage: [
    "keys list [filter ...]",
    "keys show <key id>",
    "keys usage <key id>",
    "keys create --provider <id> --name <text> --environment <name> --to <sink>",
    "keys lookup < file-with-one-key",
    "keys export [--format csv] [--output <file>]",
    "keys import <file> [--yes]",
    "keys import --plaintext --provider <id> [--yes] < file-with-keys",
  ],
  description: [
    "No command shows a whole key, but create with --print, once. lookup reads one key from standard input",
    "and asks by its SHA-256, so the key itself is not sent. Filters must all hold; put them in single",
    "quotes, because a shell reads > and ! itself. docs/keys.md has all about them.",
  ],
  flags: {
    format: {
      kind: "choice",
      value: "format",
      choices: ["table", "json", "jsonl", "csv"],
      shownDefault: "table",
      summary: "how to list; an export is jsonl or csv",
    },
    ...jsonFlag,
    output: {
      kind: "file",
      value: "file",
      summary: "write the export there, whole or not at all, for you alone to read",
    },
    ...yesFlag,
    plaintext: {
      kind: "switch",
      summary: "import whole keys, one a line; they are hashed here and not sent",
    },
    limit: { kind: "text", value: "n", shownDefault: "100", summary: "at most so many keys" },
    all: { kind: "switch", summary: "every key without a limit, revoked and expired ones, too" },
    ...keyFlags,
    owner: { kind: "text", value: "text", summary: "who answers for the key" },
    tag: { kind: "list", value: "text", summary: "a word to find it by" },
    permission: { kind: "list", value: "word", summary: "a right in the provider's words" },
    ...sinkFlag,
    print: {
      kind: "switch",
      summary: "print the new key, alone, on standard output; it is never shown again",
    },
    own: { kind: "switch", summary: "generate the new key here; the server learns its SHA-256 only" },
    ...connectionFlags,
  },
  actions: {
    list: { summary: "one line for each key", operands: { name: "filter" } },
    show: { summary: "everything about one key", operands: keyId },
    usage: {
      summary: "how often a key was used in the last 24 hours, refused, from where and for what",
      operands: keyId,
    },
    create: { summary: "make a key and deliver it" },
    lookup: { summary: "say whose key this is; exits 1 when nobody knows it" },
    export: { summary: "write all that is known of keys but their text, as JSON lines or CSV" },
    import: {
      summary: "store keys by their hashes; what is there already is passed over",
      operands: { name: "file", max: 1, isPath: true },
    },
  },
  exits: "0 done, 1 something is still to do, 2 it could not be done.",
  sections: async () => [
    ...(await import("../keys/filter-help.ts")).filterHelp,
    ...(await import("../keys/sink-help.ts")).sinkHelp(),
  ],
  examples: [
    ["keywarden keys list status:overdue env:production", "what has to be rotated"],
    ["keywarden keys list 'unused>90d !tag:batch' --format jsonl", "for a script"],
    ["keywarden keys lookup < leaked.txt", "whose key was found"],
    ["keywarden keys export --output keys.jsonl", "the whole inventory, by its hashes"],
    ["keywarden keys import keys.jsonl", "what an import would do, and with --yes it does"],
  ],
  handler: async (call, terminal) => (await import("./keys.ts")).keys(optionsOf(call), terminal),
});
