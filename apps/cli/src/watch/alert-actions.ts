import { defineActions, defineFlags, type CallOf, type FlagValues } from "@keywarden/command-line";
import type { connectionFlags } from "../flags/connection-flags.ts";
import { answerFlags } from "../flags/report-flags.ts";

const keyId = { name: "key id", min: 1, max: 1 } as const;

const addFlags = defineFlags({
  "more-than": { kind: "number", value: "n", min: 1, max: 1_000_000_000, summary: "more requests than this" },
  errors: { kind: "switch", summary: "count refused requests only" },
  "outside-of": { kind: "list", value: "range", summary: "any request from outside these addresses" },
  per: {
    kind: "choice",
    value: "time",
    choices: ["minute", "hour", "day"],
    default: "minute",
    summary: "the period; the alert fires at most once in it",
  },
  webhook: {
    kind: "url",
    value: "url",
    summary: "where to send it, signed; the server must allow the origin",
  },
});
export type AddAlertFlags = FlagValues<typeof addFlags>;

/** What `keywarden alerts` can do. */
export const alertActions = defineActions({
  list: { summary: "the alerts of a key and when they last fired", operands: keyId, flags: answerFlags },
  add: { summary: "alert on unusual use of a key", operands: keyId, flags: addFlags },
  remove: {
    summary: "remove an alert of a key",
    operands: { name: "key id, alert id", min: 2, max: 2 },
    flags: {},
  },
});
export type AlertsCall = CallOf<typeof connectionFlags, typeof alertActions>;
