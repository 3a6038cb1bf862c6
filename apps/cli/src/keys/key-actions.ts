import { defineActions, defineFlags, type CallOf, type FlagValues } from "@keywarden/command-line";
import type { connectionFlags } from "../flags/connection-flags.ts";
import { keyFlags, sinkFlag, yesFlag } from "../flags/key-flags.ts";
import { restrictionFlags } from "../flags/restriction-flags.ts";
import { answerFlags, jsonFlag } from "../flags/report-flags.ts";

const keyId = { name: "key id", min: 1, max: 1 } as const;

const listFlags = defineFlags({
  format: {
    kind: "choice",
    value: "format",
    choices: ["table", "json", "jsonl", "csv"],
    default: "table",
    summary: "output format",
  },
  ...jsonFlag,
  limit: {
    kind: "number",
    value: "n",
    min: 1,
    max: 9_999_999,
    shownDefault: "100",
    summary: "maximum number of keys",
  },
  all: { kind: "switch", summary: "all keys, without a limit, including revoked and expired ones" },
});
export type ListFlags = FlagValues<typeof listFlags>;

/** What is known of keys beside their text. */
const ownerFlags = defineFlags({
  owner: { kind: "text", value: "text", summary: "who answers for the key" },
  tag: { kind: "list", value: "text", summary: "a tag to find it by" },
});

const permissionFlag = defineFlags({
  permission: { kind: "list", value: "word", summary: "a permission, as the provider names it" },
});

const createFlags = defineFlags({
  provider: { ...keyFlags.provider, required: true },
  name: { ...keyFlags.name, required: true },
  environment: { ...keyFlags.environment, required: true },
  kind: { ...keyFlags.kind, choices: ["secret", "publishable", "restricted", "standard"] },
  ...ownerFlags,
  ...permissionFlag,
  ...restrictionFlags,
  replaces: {
    kind: "text",
    value: "key id",
    summary: "the key that the new one replaces; it gets one successor",
  },
  ...sinkFlag,
  print: {
    kind: "switch",
    summary: "print only the new key on standard output; it is never shown again",
  },
  own: { kind: "switch", summary: "generate the new key here; the server learns its SHA-256 only" },
});
export type CreateFlags = FlagValues<typeof createFlags>;

const editFlags = defineFlags({
  name: keyFlags.name,
  ...ownerFlags,
  ...permissionFlag,
  ...restrictionFlags,
  untag: { kind: "list", value: "text", summary: "a tag to remove; the others stay" },
  clear: {
    kind: "list",
    value: "field",
    summary: "clear a field that edit can set: owner, expires, ip-range ...",
  },
  ...answerFlags,
});
export type EditFlags = FlagValues<typeof editFlags>;

const openFlags = defineFlags({
  "sealing-key": {
    kind: "file",
    value: "file",
    required: true,
    summary: "private key in PEM, whose public key is sealTo in the server's policy",
  },
  ...sinkFlag,
  print: { kind: "switch", summary: "print only the new secret on standard output" },
});
export type OpenFlags = FlagValues<typeof openFlags>;

const exportFlags = defineFlags({
  format: {
    kind: "choice",
    value: "format",
    choices: ["jsonl", "csv"],
    default: "jsonl",
    summary: "output format",
  },
  output: {
    kind: "file",
    value: "file",
    summary: "write the export to this file, atomically, readable by you alone",
  },
  provider: keyFlags.provider,
});
export type ExportFlags = FlagValues<typeof exportFlags>;

const importFlags = defineFlags({
  ...yesFlag,
  plaintext: {
    kind: "switch",
    summary: "import whole keys, one a line; they are hashed here and never sent",
  },
  provider: keyFlags.provider,
  environment: keyFlags.environment,
  // Absent, each row says it.
  kind: { ...keyFlags.kind, shownDefault: "what the file says" },
  ...ownerFlags,
});
export type ImportFlags = FlagValues<typeof importFlags>;

/** What `keywarden keys` can do. */
export const keyActions = defineActions({
  list: { summary: "one line for each key", operands: { name: "filter" }, flags: listFlags },
  show: { summary: "everything about one key", operands: keyId, flags: answerFlags },
  usage: {
    summary: "how often a key was used and refused in the last 24 hours, from where and for what",
    operands: keyId,
    flags: answerFlags,
  },
  create: { summary: "create a key and deliver it", flags: createFlags },
  edit: {
    summary: "change name, owner, tags, permissions, restrictions, metadata or expiry",
    operands: keyId,
    flags: editFlags,
  },
  restrict: {
    summary: "propose restrictions from what a key was used for, as the command that sets them",
    operands: keyId,
  },
  disable: { summary: "refuse a key until it is enabled again", operands: keyId },
  enable: { summary: "accept a disabled key again", operands: keyId },
  open: {
    summary: "open the new secret that the server's policy sealed, and deliver it",
    operands: keyId,
    flags: openFlags,
  },
  lookup: {
    summary: "find out which provider and owner a key has; exits 1 if it is unknown",
    flags: answerFlags,
  },
  export: {
    summary: "write everything about the keys except their text, as JSON Lines or CSV",
    flags: exportFlags,
  },
  import: {
    summary: "store keys by their hashes; existing ones are skipped",
    operands: { name: "file", max: 1, isPath: true },
    flags: importFlags,
  },
});
export type KeysCall = CallOf<typeof connectionFlags, typeof keyActions>;
