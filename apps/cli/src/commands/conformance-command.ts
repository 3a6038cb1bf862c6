import { connectionFlags } from "../flags/connection-flags.ts";
import { jsonFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

/** For those who issue keys: does their API keep what its document promises? */
export const conformanceCommand = defineCommand({
  name: "conformance",
  summary: "try a key management API against what its document promises",
  usage: ["conformance <url> --provider <id> --token-file <file> [--format <format>]"],
  description: [
    "Makes keys of its own below that address, lists, uses, rotates, looks up and revokes them, and says",
    "which promises of the provider's profile hold. Keys of others are not touched; its own are revoked at",
    "the end. What only time can show is not checked, unless --wait lets it pass; it is never counted as",
    "passed. Use a sandbox: a profile with several environments gets keys in one that is not production.",
  ],
  operands: { name: "url", min: 1, max: 1 },
  flags: {
    provider: {
      kind: "text",
      value: "id",
      summary: "whose document it is: a built-in provider or one of keywarden.json",
    },
    "token-file": {
      ...connectionFlags["token-file"],
      summary: "file with a credential that may manage keys, or a .env file and its variable: <file>#<name>",
    },
    "call-url": {
      kind: "url",
      value: "url",
      summary: "address at which keys are used, where that is another one",
    },
    promise: {
      kind: "list",
      value: "word",
      choices: ["generations", "idempotency-key"],
      summary: "check it, too, although the profile does not promise it",
    },
    wait: {
      kind: "text",
      value: "seconds",
      shownDefault: "0",
      summary: "let so much time pass at most, for the end of a grace period",
    },
    format: {
      kind: "choice",
      value: "format",
      choices: {
        text: "one line for each check",
        json: "everything, for a program",
        junit: "for a CI system; what was not checked is skipped",
      },
      default: "text",
      summary: "how to report: one of the formats below",
    },
    ...jsonFlag,
    output: {
      kind: "file",
      value: "file",
      summary: "write the report there, whole or not at all; the text is printed as well",
    },
  },
  exits: "0 nothing failed, 1 a promise is broken or a key is left over, 2 it could not be tried.",
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
