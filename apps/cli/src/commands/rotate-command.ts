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
    "Creates a new key the way its provider does, delivers it, verifies it with one harmless call, waits",
    "for the grace period and revokes the old one. Without --yes it shows the plan. A journal lets",
    "--resume continue after any interruption; the new key is never on a command line or screen.",
    "With --provider, the provider's own API is used, with the key owner's credential, instead of a",
    "keywarden-server. If that API has no list, describe the key: --environment, --name, --kind.",
    "--departed and --plan rotate every key that an audit found due as a batch, nearest deadline first,",
    "each to the sinks of its last rotation from here or to --to <key id>=<sink>; failures are skipped.",
  ],
  operands: { name: "key id" },
  flags: {
    departed: {
      kind: "list",
      value: "member",
      summary: "rotate every key that a departed member knew; with a time: ann@acme.com=2026-01-31",
    },
    members: {
      kind: "file",
      value: "file",
      summary: "rotate every key known to someone who is missing from this list of members; see audit",
    },
    plan: {
      kind: "file",
      value: "file",
      summary: "rotate every key that keywarden audit --format json lists for rotation",
    },
    ...sinkFlag,
    ...yesFlag,
    "no-wait": {
      kind: "switch",
      summary: "stop when the new key works, and revoke the old one with a later --resume",
    },
    grace: {
      kind: "text",
      value: "seconds",
      summary: "how long the old key stays valid, if the provider lets us decide",
    },
    "end-grace": {
      kind: "switch",
      summary: "rotate although a previous secret is still in its grace period, which ends it",
    },
    follow: {
      kind: "switch",
      summary: "rotate the key's current successor after earlier rotations; for schedules",
    },
    resume: {
      kind: "switch",
      summary: "continue the named rotation, or all unfinished ones",
    },
    abandon: {
      kind: "switch",
      summary: "undo a rotation whose new key has not been delivered yet",
    },
    list: { kind: "switch", summary: "show the rotations of this machine" },
    status: { kind: "switch", summary: "show a rotation step by step, and what comes next" },
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
      summary: "where the new key is verified",
    },
    environment: keyFlags.environment,
    name: keyFlags.name,
    kind: keyFlags.kind,
    state: {
      kind: "folder",
      value: "folder",
      shownDefault: "keywarden in the user's state folder",
      variable: "KEYWARDEN_STATE",
      summary: "folder for the journals",
    },
  },
  exits: "0 done, 1 something is left to do, 2 failed.",
  sections: async () => (await import("../keys/sink-help.ts")).sinkHelp(),
  examples: [
    ["keywarden rotate key_1 --to env:.env#API_KEY", "the plan"],
    ["keywarden rotate key_1 --to env:.env#API_KEY --yes", "and carry it out"],
    ["keywarden rotate key_1 --provider aforo --token-file .env#KEY --to env:.env#KEY", "at Aforo itself"],
    ["keywarden rotate key_1 --follow --to env:.env#API_KEY --yes", "on a schedule, every time"],
    ["keywarden rotate --departed ann@acme.com", "every key that she knew, by deadline"],
    ["keywarden rotate --resume", "continue what was interrupted"],
  ],
  handler: async (call, terminal) => (await import("./rotate.ts")).rotate(optionsOf(call), terminal),
});
