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
  PermissionRequest: "other",
  SessionStart: "other",
  SubagentStart: "other",
  StopFailure: "other",
  PreCompact: "other",
  PostCompact: "other",
};

/** Codex; a field that its schemas do not know makes it ignore the whole answer, so there is none to spare. */
export const codex: GuardDialect = {
  id: "codex",
  name: "Codex",
  document: "https://github.com/openai/codex/tree/main/codex-rs/hooks/schema/generated",
  settings: {
    file: ".codex/hooks.json",
    add: (settings, command) =>
      addGroups(settings, command, { PreToolUse: ".*", PostToolUse: ".*", UserPromptSubmit: null }, 30),
  },
  review: "Codex runs a hook only after you have reviewed it: start codex, which asks, or open /hooks.",
  read: (event) => readSnakeCase(event, phases),
  answer: answerAsCodex,
};

// Not every version replaces a tool's output, but each one shows the reason of a block in its place.
function answerAsCodex({ name }: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  if (name !== "PreToolUse") return { status: 0, json: { decision: "block", reason: verdict.reason } };
  const decision = { permissionDecision: "deny", permissionDecisionReason: verdict.reason };
  return { status: 0, json: { hookSpecificOutput: { hookEventName: name, ...decision } } };
}
