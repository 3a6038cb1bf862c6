import { defineActions, defineFlags, type CallOf, type FlagValues } from "@keywarden/command-line";
import type { colorFlags } from "./report-flags.ts";

const hooks = { name: "hook" };

const allFlag = defineFlags({
  all: {
    kind: "switch",
    summary: "every hook that can stop a key: pre-commit, pre-merge-commit, commit-msg and pre-push",
  },
});

const installFlags = defineFlags({
  shared: {
    kind: "switch",
    summary: "install even if other repositories use the same hooks folder",
  },
  ...allFlag,
  "recurse-submodules": {
    kind: "switch",
    summary: "install in every submodule that is checked out as well",
  },
});
export type InstallFlags = FlagValues<typeof installFlags>;

const preReceiveFlags = defineFlags({
  "accept-push-options": {
    kind: "switch",
    summary: "let push options accept keys, with a reason and a last day, on record",
  },
  timeout: {
    kind: "number",
    value: "seconds",
    min: 1,
    default: 60,
    summary: "refuse a push that takes longer to check",
  },
});

/** What `keywarden hook` can do. */
export const hookActions = defineActions({
  install: {
    summary: "check every commit and push in this repository; with names or --all, other hooks",
    operands: hooks,
    flags: installFlags,
  },
  uninstall: { summary: "stop checking: the named hooks, or all of them", operands: hooks, flags: allFlag },
  status: {
    summary: "show which hooks really fire; exits 1 unless they are ours",
    operands: hooks,
    flags: allFlag,
  },
  "pre-push": {
    summary: "what the pre-push hook runs: scans what git says it pushes",
    operands: { name: "remote or url", max: 2, isPath: true },
  },
  "commit-msg": {
    summary: "what the commit-msg hook runs: scans the message in a file",
    operands: { name: "file", min: 1, max: 1, isPath: true },
  },
  "pre-receive": {
    summary: "what a server's pre-receive hook runs: refuses pushes that add a key",
    flags: preReceiveFlags,
  },
});
type HookCall = CallOf<typeof colorFlags, typeof hookActions>;
/** What sets hooks up, or tells of them; the others are what git runs. */
export type HookSetUp = Extract<HookCall, { readonly action: "install" | "uninstall" | "status" }>;
