import { defineFlags, type FlagValues, type Given } from "@keywarden/command-line";
import { connectionFlags } from "../flags/connection-flags.ts";
import { answerFlags } from "../flags/report-flags.ts";

export const eventFlags = defineFlags({
  key: { kind: "text", value: "key id", summary: "what was noticed about this key" },
  provider: { kind: "text", value: "id", summary: "about keys of this provider" },
  code: { kind: "text", value: "word", summary: "only this, such as failed-attempts" },
  severity: {
    kind: "choice",
    value: "level",
    choices: ["notice", "warning", "high"],
    shownDefault: "all",
    summary: "only this severity",
  },
  limit: { kind: "number", value: "n", default: 50, min: 1, max: 1000, summary: "maximum number of events" },
  ...answerFlags,
  ...connectionFlags,
});

/** A call of `keywarden events`. */
export interface EventsCall {
  readonly flags: FlagValues<typeof eventFlags>;
  readonly given: Given<"server">;
}
