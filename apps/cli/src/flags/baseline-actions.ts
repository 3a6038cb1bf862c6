import { defineActions, defineFlags, type CallOf, type FlagValues } from "@keywarden/command-line";

export const baselineFlags = defineFlags({
  history: {
    kind: "switch",
    summary: "include everything that a ref reaches, with what later commits delete",
  },
});

const addFlags = defineFlags({
  reason: { kind: "text", value: "text", required: true, summary: "why this key is no danger" },
  owner: { kind: "text", value: "name", summary: "the person or team that answers for it" },
  expires: {
    kind: "text",
    value: "day",
    summary: "first day, in UTC, on which it is reported again, such as 2027-01-31",
  },
});
export type AddToBaselineFlags = FlagValues<typeof baselineFlags> & FlagValues<typeof addFlags>;

/** What `keywarden baseline` can do. */
export const baselineActions = defineActions({
  create: { summary: "accept every key that a scan of the whole repository reports now" },
  add: {
    summary: "accept single findings, by where they are or by their finding id",
    operands: { name: "path, path:line or finding id", min: 1 },
    flags: addFlags,
  },
  update: { summary: "add what is reported now, and remove what is gone" },
  audit: { summary: "list everything that is accepted; exits 1 if an entry is stale or expired" },
});
export type BaselineCall = CallOf<typeof baselineFlags, typeof baselineActions>;
