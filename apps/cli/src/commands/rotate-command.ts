import { rotateFlags } from "../flags/rotate-flags.ts";
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
  flags: rotateFlags,
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
  handler: async (call, terminal) => (await import("./rotate.ts")).rotate(call, terminal),
});
