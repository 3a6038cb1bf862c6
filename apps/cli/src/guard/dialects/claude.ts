import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict, JsonRecord } from "../guard-event.ts";
import { addGroups } from "./hook-groups.ts";
import { readSnakeCase } from "./snake-case.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  PreToolUse: "before",
  PermissionRequest: "before",
  PostToolUse: "after",
  PostToolUseFailure: "failed",
  PostToolBatch: "failed",
  UserPromptSubmit: "prompt",
  Stop: "done",
  SubagentStop: "done",
  StopFailure: "done",
  UserPromptExpansion: "other",
  PermissionDenied: "other",
  Notification: "other",
  MessageDisplay: "other",
  SessionStart: "other",
  SessionEnd: "other",
  Setup: "other",
  SubagentStart: "other",
  TaskCreated: "other",
  TaskCompleted: "other",
  TeammateIdle: "other",
  PreCompact: "other",
  PostCompact: "other",
  PreModelSwitch: "other",
  PostModelSwitch: "other",
  Elicitation: "other",
  ElicitationResult: "other",
  InstructionsLoaded: "other",
  ConfigChange: "other",
  CwdChanged: "other",
  DirectoryAdded: "other",
  FileChanged: "other",
  WorktreeCreate: "other",
  WorktreeRemove: "other",
};

const installed = {
  PreToolUse: "*",
  PostToolUse: "*",
  PostToolUseFailure: "*",
  UserPromptSubmit: null,
  Stop: null,
};

/** Claude Code. */
export const claude: GuardDialect = {
  id: "claude",
  name: "Claude Code",
  document: "https://code.claude.com/docs/en/hooks",
  settings: {
    file: ".claude/settings.json",
    userFile: { folderVariable: "CLAUDE_CONFIG_DIR", folder: ".claude", name: "settings.json" },
    add: (settings, command) => addGroups(settings, command, installed, 30),
  },
  review: null,
  read: (event) => readSnakeCase(event, phases),
  answer: answerAsClaude,
};

function answerAsClaude({ name }: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  const { reason } = verdict;
  const specific = (fields: JsonRecord) => ({ hookSpecificOutput: { hookEventName: name, ...fields } });
  if (verdict.kind === "tell") {
    // Where a tool has failed, the agent has the text too, and is told not to repeat it.
    const told = name.startsWith("PostTool") ? specific({ additionalContext: reason }) : {};
    return { status: 0, json: { systemMessage: reason, ...told } };
  }
  if (name === "PreToolUse") {
    return { status: 0, json: specific({ permissionDecision: "deny", permissionDecisionReason: reason }) };
  }
  if (name === "PermissionRequest") {
    return { status: 0, json: specific({ decision: { behavior: "deny", message: reason } }) };
  }
  const block = { decision: "block", reason };
  if (verdict.kind === "refuse") return { status: 0, json: block };
  // A version that does not know the field still tells the agent what it must not repeat.
  const replaced = { updatedToolOutput: verdict.output, updatedMCPToolOutput: verdict.output };
  return { status: 0, json: { ...block, ...specific(replaced) } };
}
