import { defineFlags, type FlagValues } from "@keywarden/command-line";
import { yesFlag } from "./key-flags.ts";

export const acceptFlags = defineFlags({
  reason: {
    kind: "text",
    value: "text",
    default: "put off until somebody looks into it",
    summary: "why the finding is accepted",
  },
  owner: { kind: "text", value: "name", summary: "the person or team that answers for it" },
  expires: {
    kind: "text",
    value: "day",
    shownDefault: "in 30 days; 7 for high and critical",
    summary: "first day, in UTC, on which it counts again, such as 2027-01-31",
  },
  ...yesFlag,
});
export type AcceptFlags = FlagValues<typeof acceptFlags>;
