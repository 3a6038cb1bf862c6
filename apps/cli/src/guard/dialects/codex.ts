import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict, JsonRecord } from "../guard-event.ts";
import { addGroups } from "./hook-groups.ts";
import { readSnakeCase } from "./snake-case.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  PreToolUse: "before",
  PermissionRequest: "before",
  PostToolUse: "after",
  UserPromptSubmit: "prompt",
  Stop: "done",
  SubagentStop: "done",
  StopFailure: "done",
  Interrupt: "other",
  SessionStart: "other",
  SessionEnd: "other",
  SubagentStart: "other",
  PreCompact: "other",
  PostCompact: "other",
};

const installed = { PreToolUse: ".*", PostToolUse: ".*", UserPromptSubmit: null, Stop: null };

/** Codex; a field that its schemas do not know makes it ignore the whole answer, so there is none to spare. */
export const codex: GuardDialect = {
  id: "codex",
  name: "Codex",
  document: "https://developers.openai.com/codex/hooks",
  settings: {
    file: ".codex/hooks.json",
    userFile: { folderVariable: "CODEX_HOME", folder: ".codex", name: "hooks.json" },
    add: (settings, command) => addGroups(settings, command, installed, 30),
  },
  review: "Codex runs a hook only after you have reviewed it: start codex, which asks, or open /hooks.",
  read: (event) => readSnakeCase(event, phases),
  answer: answerAsCodex,
};

// Not every version replaces a tool's output, but each one shows the reason of a block in its place.
function answerAsCodex({ name }: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  const { reason } = verdict;
  if (verdict.kind === "tell") return { status: 0, json: { systemMessage: reason } };
  const denied: Readonly<Record<string, JsonRecord>> = {
    PreToolUse: { permissionDecision: "deny", permissionDecisionReason: reason },
    PermissionRequest: { decision: { behavior: "deny", message: reason } },
  };
  const decision = denied[name];
  if (decision === undefined) return { status: 0, json: { decision: "block", reason } };
  return { status: 0, json: { hookSpecificOutput: { hookEventName: name, ...decision } } };
}
