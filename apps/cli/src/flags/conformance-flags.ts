import { defineFlags, type FlagValues } from "@keywarden/command-line";
import { connectionFlags } from "./connection-flags.ts";
import { reportFlags } from "./report-flags.ts";

export const conformanceFlags = defineFlags({
  provider: {
    kind: "text",
    value: "id",
    required: true,
    summary: "a built-in provider or one of keywarden.json",
  },
  "token-file": {
    ...connectionFlags["token-file"],
    required: true,
    summary: "file with a credential that may manage keys, or a variable in a .env file: <file>#<name>",
  },
  "call-url": {
    kind: "url",
    value: "url",
    summary: "address where keys are used, if it is different",
  },
  promise: {
    kind: "list",
    value: "word",
    choices: ["generations", "idempotency-key"],
    summary: "also check this, even if the profile does not promise it",
  },
  wait: {
    kind: "number",
    value: "seconds",
    min: 0,
    max: 999_999,
    default: 0,
    summary: "wait this long at most for a grace period to end",
  },
  ...reportFlags({
    text: "one line for each check",
    json: "everything, for a program",
    junit: "for a CI system; what was not checked is skipped",
  }),
});
export type ConformanceFlags = FlagValues<typeof conformanceFlags>;
