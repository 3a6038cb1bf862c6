import { colorFlags } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const hooks = { name: "hook" };

export const hookCommand = defineCommand({
  name: "hook",
  summary: "stop commits and pushes that add a key",
  usage: [
    "hook install | uninstall | status [hook ...]",
    "hook pre-push <remote> <url>",
    "hook commit-msg <file>",
    "hook pre-receive [--accept-push-options]",
  ],
  description: [
    "Puts the check in front of an existing hook (husky, core.hooksPath or plain)",
    "and never overwrites it; uninstall removes exactly what install added.",
  ],
  flags: {
    shared: {
      kind: "switch",
      summary: "install even if other repositories use the same hooks folder",
    },
    all: {
      kind: "switch",
      summary: "every hook that can stop a key: pre-commit, pre-merge-commit, commit-msg and pre-push",
    },
    "recurse-submodules": {
      kind: "switch",
      summary: "install in every submodule that is checked out as well",
    },
    "accept-push-options": {
      kind: "switch",
      summary: "pre-receive: take keys that a push option accepts with a reason and a last day, on record",
    },
    timeout: {
      kind: "number",
      value: "seconds",
      min: 1,
      default: 60,
      summary: "pre-receive: refuse a push that is not decided by then",
    },
    ...colorFlags,
  },
  actions: {
    install: {
      summary: "check every commit and push in this repository; with names or --all, other hooks",
      operands: hooks,
    },
    uninstall: { summary: "stop checking: the named hooks, or all of them", operands: hooks },
    status: { summary: "show which hooks really fire; exits 1 unless they are ours", operands: hooks },
    "pre-push": {
      summary: "what the pre-push hook runs: scans what git says it pushes",
      operands: { name: "remote or url", isPath: true },
    },
    "commit-msg": {
      summary: "what the commit-msg hook runs: scans the message in a file",
      operands: { name: "file", isPath: true },
    },
    "pre-receive": {
      summary: "what a server's pre-receive hook runs: refuses pushes that add a key",
      operands: { name: "operand", max: 0 },
    },
  },
  exits:
    "0 done, or nothing found; 1 a hook is not ours or needs manual set-up, or keys were found; 2 could not tell.",
  examples: [
    ["keywarden hook install", "and the next commit and push are checked"],
    ['"prepare": "keywarden hook install"', "in package.json: for every clone and worktree"],
    ["keywarden hook install --all", "commits, merges, messages and pushes are checked"],
    ["keywarden hook install pre-commit", "one of them"],
  ],
  handler: async (call, terminal) => {
    if (call.action === "pre-receive") {
      const { acceptPushOptions, timeout } = call.flags;
      const settings = { acceptsOptions: acceptPushOptions, timeoutSeconds: timeout };
      return (await import("../receive/pre-receive.ts")).preReceive(settings, terminal);
    }
    return (await import("../hook/hook.ts")).hook(optionsOf(call), terminal);
  },
});
