import { defineActions, defineFlags, type CallOf, type FlagValues } from "@keywarden/command-line";
import { tokenRoles } from "@keywarden/management/token-roles";
import type { connectionFlags } from "./connection-flags.ts";
import { yesFlag } from "./key-flags.ts";
import { answerFlags } from "./report-flags.ts";

const createFlags = defineFlags({
  name: { kind: "text", value: "text", required: true, summary: "what to call the token" },
  role: {
    kind: "choice",
    value: "role",
    choices: tokenRoles,
    required: true,
    summary: "what the token may do",
  },
  expires: { kind: "text", value: "when", summary: "date or moment at which the token ends, UTC" },
  provider: { kind: "list", value: "id", summary: "limit it to keys of these providers" },
  environment: { kind: "list", value: "name", summary: "limit it to keys of these environments" },
  tenant: { kind: "list", value: "id", summary: "limit it to keys of these tenants or applications" },
  output: {
    kind: "file",
    value: "file",
    summary: "write the new token to this file, which must not exist",
  },
  print: {
    kind: "switch",
    summary: "print only the new token on standard output; it is never shown again",
  },
});
export type CreateTokenFlags = FlagValues<typeof createFlags>;

/** What `keywarden tokens` can do. */
export const tokenActions = defineActions({
  list: { summary: "one line for each token, revoked ones too, oldest first", flags: answerFlags },
  create: { summary: "create a token", flags: createFlags },
  revoke: {
    summary: "revoke a token immediately and permanently",
    operands: { name: "token id", min: 1, max: 1 },
    flags: yesFlag,
  },
});
export type TokensCall = CallOf<typeof connectionFlags, typeof tokenActions>;
