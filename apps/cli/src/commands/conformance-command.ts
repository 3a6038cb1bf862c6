import { conformanceFlags } from "../flags/conformance-flags.ts";
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
  flags: conformanceFlags,
  exits: "0 nothing failed, 1 a promise is broken or a key is left over, 2 the test could not run.",
  examples: [
    [
      "keywarden conformance http://127.0.0.1:7300/aforo --provider aforo --token-file token",
      "our own server",
    ],
    [
      "keywarden conformance https://api.acme.test --provider acme --token-file token --format junit",
      "yours, in CI",
    ],
  ],
  handler: async (call, terminal) => (await import("./conformance.ts")).conformance(call, terminal),
});
