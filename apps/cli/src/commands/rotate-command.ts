import { connectionFlags } from "../flags/connection-flags.ts";
import { keyFlags, sinkFlag, yesFlag } from "../flags/key-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const rotateCommand = defineCommand({
  name: "rotate",
  summary: "replace a key without losing it",
  usage: [
    "rotate <key id> --to <sink> [--to <sink> ...] [--yes]",
    "rotate <key id> --provider <id> [--provider-url <url>] --to <sink> [--yes]",
    "rotate --departed <member> | --plan <audit.json> [--to <key id>=<sink> ...] [--yes]",
    "rotate --resume [rotation] | --abandon <rotation> | --status [rotation] | --list",
  ],
  description: [
    "Makes a new key the way its provider does it, delivers it, tries it with one harmless call, waits",
    "until the old one may go and revokes it. Without --yes it shows what it would do. A journal lets",
    "--resume finish what was interrupted at any point; the new key is never on a command line or screen.",
    "With --provider the provider's own API is asked, with a credential of its owner, instead of a",
    "keywarden-server. Where that API has no list, say what the key is: --environment, --name, --kind.",
    "--departed and --plan make a round of every key that an audit found due, the nearest deadline first,",
    "each to the sinks of its last rotation from here or to --to <key id>=<sink>; it goes past what fails.",
  ],
  operands: { name: "key id" },
  flags: {
    departed: {
      kind: "list",
      value: "member",
      summary: "every key known to someone who left, now or as ann@acme.com=2026-01-31",
    },
    members: {
      kind: "file",
      value: "file",
      summary: "every key known to someone who is not in this list of the team; see audit",
    },
    plan: {
      kind: "file",
      value: "file",
      summary: "every key that is to be rotated, in the words of keywarden audit --format json",
    },
    ...sinkFlag,
    ...yesFlag,
    "no-wait": {
      kind: "switch",
      summary: "end when the new key works, and revoke the old one with a later --resume",
    },
    grace: {
      kind: "text",
      value: "seconds",
      summary: "how long the old key stays valid, where that is ours to decide",
    },
    "end-grace": {
      kind: "switch",
      summary: "rotate although an even older secret still works, which ends at once",
    },
    follow: {
      kind: "switch",
      summary: "rotate what is in the key's place after earlier rotations; for schedules",
    },
    resume: {
      kind: "switch",
      summary: "go on with the rotation that is named, or with all that are unfinished",
    },
    abandon: {
      kind: "switch",
      summary: "take a rotation back whose new key has not been delivered yet",
    },
    list: { kind: "switch", summary: "show the rotations of this machine" },
    status: { kind: "switch", summary: "show one of them step by step, and what comes next" },
    ...connectionFlags,
    provider: keyFlags.provider,
    "provider-url": {
      kind: "url",
      value: "url",
      shownDefault: "from its profile",
      summary: "the provider's own API",
    },
    "call-url": {
      kind: "url",
      value: "url",
      shownDefault: "from the profile",
      summary: "where the new key is tried",
    },
    environment: keyFlags.environment,
    name: keyFlags.name,
    kind: keyFlags.kind,
    state: {
      kind: "folder",
      value: "folder",
      shownDefault: "keywarden in the user's state folder",
      variable: "KEYWARDEN_STATE",
      summary: "where journals are kept",
    },
  },
  exits: "0 done, 1 something is still to do, 2 it could not be done.",
  sections: async () => (await import("../keys/sink-help.ts")).sinkHelp(),
  examples: [
    ["keywarden rotate key_1 --to env:.env#API_KEY", "the plan"],
    ["keywarden rotate key_1 --to env:.env#API_KEY --yes", "and its execution"],
    ["keywarden rotate key_1 --provider aforo --token-file .env#KEY --to env:.env#KEY", "at Aforo itself"],
    ["keywarden rotate key_1 --follow --to env:.env#API_KEY --yes", "on a schedule, every time"],
    ["keywarden rotate --departed ann@acme.com", "what she knew, by deadline"],
    ["keywarden rotate --resume", "finish what was interrupted"],
  ],
  handler: async (call, terminal) => (await import("./rotate.ts")).rotate(optionsOf(call), terminal),
});
