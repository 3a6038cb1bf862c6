import { defineFlags, type FlagValues, type Given } from "@keywarden/command-line";
import { connectionFlags } from "./connection-flags.ts";
import { answerFlags } from "./report-flags.ts";

export const logFlags = defineFlags({
  key: { kind: "text", value: "key id", summary: "what was done to this key" },
  actor: { kind: "text", value: "name", summary: "what this actor did, such as token:ann" },
  action: { kind: "text", value: "word", summary: "only this action, such as key.revoked" },
  from: { kind: "text", value: "moment", summary: "at this moment or later" },
  to: { kind: "text", value: "moment", summary: "before this moment" },
  limit: {
    kind: "number",
    value: "n",
    default: 50,
    min: 1,
    max: 1000,
    summary: "maximum number of entries",
  },
  ...answerFlags,
  ...connectionFlags,
});

/** A call of `keywarden log`. */
export interface LogCall {
  readonly flags: FlagValues<typeof logFlags>;
  readonly given: Given<"server">;
}
