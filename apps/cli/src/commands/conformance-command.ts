import { connectionFlags } from "../flags/connection-flags.ts";
import { reportFlags } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

/** For those who issue keys: does their API keep what its document promises? */
export const conformanceCommand = defineCommand({
  name: "conformance",
  summary: "test a key management API against its documented promises",
  usage: ["conformance <url> --provider <id> --token-file <file> [--format <format>]"],
  description: [
    "Creates its own keys at that address, lists, uses, rotates, looks up and revokes them, and says",
    "which promises of the provider's profile hold. Other keys are not touched; its own are revoked at",
    "the end. What needs time is not checked unless --wait allows it, and is never counted as",
    "passed. Use a sandbox: a profile with several environments gets keys in one that is not production.",
  ],
  operands: { name: "url", min: 1, max: 1 },
  flags: {
    provider: {
      kind: "text",
      value: "id",
      summary: "a built-in provider or one of keywarden.json",
    },
    "token-file": {
      ...connectionFlags["token-file"],
      summary: "file with a credential that may manage keys, or a variable in a .env file: <file>#<name>",
    },
    "call-url": {
      kind: "url",
      value: "url",
      summary: "address where keys are used, if it is another one",
    },
    promise: {
      kind: "list",
      value: "word",
      choices: ["generations", "idempotency-key"],
      summary: "also check this, although the profile does not promise it",
    },
    wait: {
      kind: "text",
      value: "seconds",
      shownDefault: "0",
      summary: "wait this long at most for a grace period to end",
    },
    ...reportFlags({
      text: "one line for each check",
      json: "everything, for a program",
      junit: "for a CI system; what was not checked is skipped",
    }),
  },
  exits: "0 nothing failed, 1 a promise is broken or a key is left over, 2 the test could not run.",
  examples: [
    [
      "keywarden conformance http://127.0.0.1:7300/aforo --provider aforo --token-file token",
      "our own server",
    ],
    [
      "keywarden conformance https://api.acme.test --provider acme --token-file token --format junit --output report.xml",
      "yours, in CI",
    ],
  ],
  handler: async (call, terminal) =>
    (await import("./conformance.ts")).conformance(optionsOf(call), terminal),
});
