import { hookActions } from "../flags/hook-actions.ts";
import { colorFlags } from "../flags/report-flags.ts";
import { defineCommand } from "./define-command.ts";

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
    "and never overwrites it; uninstall removes exactly what install added. A hook reads keys of the",
    "catalogue as plain text, UTF-16 and UTF-32, and in base64 that begins with the key; what is",
    "written otherwise, and keys that only a small service's name tells, are left to keywarden scan.",
  ],
  flags: colorFlags,
  actions: hookActions,
  exits: "0 done or nothing found; 1 keys found, or a hook needs manual set-up; 2 could not tell.",
  examples: [
    ["keywarden hook install", "and the next commit and push are checked"],
    ['"prepare": "keywarden hook install"', "in package.json: for every clone and worktree"],
    ["keywarden hook install --all", "commits, merges, messages and pushes are checked"],
    ["keywarden hook install pre-commit", "one of them"],
  ],
  handler: async (call, terminal) => {
    switch (call.action) {
      case "pre-push": {
        const { runPrePush } = await import("../hook/hook-pre-push.ts");
        return runPrePush(call.operands, call.flags, terminal);
      }
      case "commit-msg": {
        const { runCommitMsg } = await import("../hook/hook-commit-msg.ts");
        return runCommitMsg(call.operands, call.flags, terminal);
      }
      case "pre-receive": {
        const { acceptPushOptions, timeout } = call.flags;
        const settings = { acceptsOptions: acceptPushOptions, timeoutSeconds: timeout };
        return (await import("../receive/pre-receive.ts")).preReceive(settings, terminal);
      }
      case "install":
      case "uninstall":
      case "status":
      default:
        return (await import("../hook/hook.ts")).hook(call, terminal);
    }
  },
});
