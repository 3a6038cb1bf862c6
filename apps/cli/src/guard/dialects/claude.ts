import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict } from "../guard-event.ts";
import { addGroups } from "./hook-groups.ts";
import { readSnakeCase } from "./snake-case.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  PreToolUse: "before",
  PostToolUse: "after",
  UserPromptSubmit: "prompt",
  Stop: "done",
  SubagentStop: "done",
  PostToolUseFailure: "other",
  PermissionRequest: "other",
  Notification: "other",
  SessionStart: "other",
  SessionEnd: "other",
  SubagentStart: "other",
  PreCompact: "other",
};

/** Claude Code. */
export const claude: GuardDialect = {
  id: "claude",
  name: "Claude Code",
  document: "https://code.claude.com/docs/en/hooks",
  settings: {
    file: ".claude/settings.json",
    add: (settings, command) =>
      addGroups(settings, command, { PreToolUse: "*", PostToolUse: "*", UserPromptSubmit: null }, 30),
  },
  review: null,
  read: (event) => readSnakeCase(event, phases),
  answer: answerAsClaude,
};

function answerAsClaude({ name, output }: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  const { reason } = verdict;
  if (name === "PreToolUse") {
    const decision = { permissionDecision: "deny", permissionDecisionReason: reason };
    return { status: 0, json: { hookSpecificOutput: { hookEventName: name, ...decision } } };
  }
  if (verdict.kind === "redact" && output !== null) {
    // A version that does not know the field still tells the agent what it must not repeat.
    const replaced = { updatedToolOutput: verdict.output, updatedMCPToolOutput: verdict.output };
    return {
      status: 0,
      json: { decision: "block", reason, hookSpecificOutput: { hookEventName: name, ...replaced } },
    };
  }
  return { status: 0, json: { decision: "block", reason } };
}
