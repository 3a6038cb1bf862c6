import type { Command, Flag } from "./options.ts";

/** The flags of the commands that talk to a keywarden-server. */
export const keyFlags: readonly Flag[] = [
  {
    name: "server",
    value: "url",
    variable: "KEYWARDEN_SERVER",
    summary: "address of keywarden-server, such as http://127.0.0.1:7300",
  },
  {
    name: "token-file",
    value: "file",
    variable: "KEYWARDEN_TOKEN_FILE",
    summary: "file that holds the server's token, or a .env file and its variable: <file>#<name>",
  },
  {
    name: "provider-url",
    value: "url",
    summary: "address of the provider's own API, where --provider asks that; from its profile unless given",
  },
  {
    name: "call-url",
    value: "url",
    summary: "address at which the new key is tried; from the provider's profile unless given",
  },
  {
    name: "to",
    value: "place",
    summary: "put the new key there; repeat it for every place that has the key",
  },
  { name: "yes", summary: "really do it; without it only the plan is shown" },
  { name: "no-wait", summary: "end when the new key works, and revoke the old one with a later --resume" },
  {
    name: "grace",
    value: "seconds",
    summary: "how long the old key stays valid, where that is ours to decide",
  },
  { name: "end-grace", summary: "rotate although an even older secret still works, which ends at once" },
  { name: "resume", summary: "go on with the rotation that is named, or with all that are unfinished" },
  { name: "abandon", summary: "take a rotation back whose new key has not been delivered yet" },
  { name: "list", summary: "show the rotations of this machine" },
  {
    name: "state",
    value: "folder",
    standard: "keywarden in the user's state folder",
    variable: "KEYWARDEN_STATE",
    summary: "where rotations are remembered",
  },
  { name: "json", summary: "answer as JSON" },
  { name: "limit", value: "n", standard: "100", summary: "at most so many keys" },
  { name: "provider", value: "id", summary: "who issues the key" },
  { name: "name", value: "text", summary: "what to call the key" },
  {
    name: "kind",
    value: "kind",
    choices: ["secret", "publishable", "restricted"],
    standard: "secret",
    summary: "secret, publishable or restricted",
  },
  {
    name: "environment",
    value: "name",
    choices: ["production", "sandbox", "development"],
    summary: "production, sandbox or development",
  },
  { name: "owner", value: "text", summary: "who answers for the key" },
  { name: "tag", value: "text", summary: "a word to find it by; repeatable" },
  {
    name: "permission",
    value: "word",
    summary: "a right in the provider's words; repeatable",
  },
  { name: "print", summary: "print the new key, alone, on standard output; it is never shown again" },
];

const connection = ["server", "token-file"];
const everywhere = ["debug", "help"];
const exits = "Exit status: 0 done, 1 something is still to do, 2 it could not be done.";

/** The commands that talk to a keywarden-server. */
export const keyCommands: readonly Command[] = [
  {
    name: "rotate",
    summary: "replace a key without losing it",
    usage: [
      "keywarden rotate <key id> --to <place> [--to <place> ...] [--yes]",
      "keywarden rotate <key id> --provider <id> [--provider-url <url>] --to <place> [--yes]",
      "keywarden rotate --resume [rotation] | --abandon <rotation> | --list",
    ],
    description: [
      "Makes a new key the way its provider does it, delivers it, tries it with one harmless call, waits",
      "until the old one may go and revokes it. Without --yes it shows what it would do. A journal lets",
      "--resume finish what was interrupted at any point; the new key is never on a command line or screen.",
      "With --provider the provider's own API is asked, with a credential of its owner, instead of a",
      "keywarden-server. Where that API has no list, say what the key is: --environment, --name, --kind.",
    ],
    flags: [
      "to",
      "yes",
      "no-wait",
      "grace",
      "end-grace",
      "resume",
      "abandon",
      "list",
      ...connection,
      "provider",
      "provider-url",
      "call-url",
      "environment",
      "name",
      "kind",
      "state",
      ...everywhere,
    ],
    exits,
    sections: async () => (await import("./keys/sink-help.ts")).sinkHelp(),
    examples: [
      ["keywarden rotate key_1 --to env:.env#API_KEY", "the plan"],
      ["keywarden rotate key_1 --to env:.env#API_KEY --yes", "and its execution"],
      [
        "keywarden rotate key_1 --provider aforo --token-file .env#AFORO_API_KEY --to env:.env#AFORO_API_KEY --yes",
        "at Aforo itself, with the key that is replaced",
      ],
      ["keywarden rotate --resume", "go on after a crash, or once the grace period is over"],
    ],
    load: async () => (await import("./commands/rotate.ts")).rotate,
  },
  {
    name: "revoke",
    summary: "end a key at once",
    usage: ["keywarden revoke <key id> [--yes]"],
    description: [
      "There is no grace period and no way back: whoever uses the key gets 401 from the next request on.",
      "Without --yes it shows the key and when it was last used.",
    ],
    flags: ["yes", ...connection, ...everywhere],
    exits,
    examples: [["keywarden revoke key_1 --yes", "the key is dead"]],
    load: async () => (await import("./commands/revoke.ts")).revoke,
  },
  {
    name: "keys",
    summary: "list, show, create and look up keys",
    usage: [
      "keywarden keys list [filter ...]",
      "keywarden keys show <key id>",
      "keywarden keys create --provider <id> --name <text> --environment <name> --to <place>",
      "keywarden keys lookup < file-with-one-key",
    ],
    description: [
      "No command shows a whole key, but create with --print, once. lookup reads one key from standard input",
      "and asks by its SHA-256, so the key itself is not sent. Filters must all hold; put them in single",
      "quotes, because a shell reads > and ! itself. docs/keys.md has all about them.",
    ],
    flags: [
      "format",
      "json",
      "limit",
      "all",
      "provider",
      "name",
      "kind",
      "environment",
      "owner",
      "tag",
      "permission",
      "to",
      "print",
      ...connection,
      ...everywhere,
    ],
    actions: {
      list: "one line for each key",
      show: "everything about one key",
      create: "make a key and deliver it",
      lookup: "say whose key this is; exits 1 when nobody knows it",
    },
    takes: ["list", "show"],
    exits,
    sections: async () => [
      ...(await import("./keys/filter-help.ts")).filterHelp,
      ...(await import("./keys/sink-help.ts")).sinkHelp(),
    ],
    ownFlags: [
      {
        name: "format",
        value: "format",
        choices: ["table", "json", "jsonl", "csv"],
        standard: "table",
        summary: "how to list: table, json, jsonl or csv",
      },
      { name: "all", summary: "every key without a limit, revoked and expired ones, too" },
    ],
    examples: [
      ["keywarden keys list status:overdue env:production", "what has to be rotated"],
      ["keywarden keys list 'unused>90d !tag:batch' --format jsonl", "for a script"],
      ["keywarden keys lookup < leaked.txt", "whose key was found"],
    ],
    load: async () => (await import("./commands/keys.ts")).keys,
  },
];
