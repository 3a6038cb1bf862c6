import type {
  GuardAnswer,
  GuardEvent,
  GuardForm,
  GuardVerdict,
  JsonValue,
  JsonRecord,
} from "../guard-event.ts";
import { UnknownEvent } from "../guard-event.ts";
import { isObject } from "../read-fields.ts";
import { readNamed } from "./snake-case.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  PreToolUse: "before",
  PermissionRequest: "before",
  PostToolUse: "after",
  PostToolUseFailure: "failed",
  UserPromptSubmit: "prompt",
  Stop: "done",
  SubagentStop: "done",
  SubagentStart: "other",
  SessionStart: "other",
  SessionEnd: "other",
  ErrorOccurred: "other",
  Notification: "other",
  PreCompact: "other",
};

/**
 * What VS Code sends to the hooks of Claude Code and of Copilot CLI, which it runs as well, and Copilot CLI to those of
 * Claude Code.
 */
export const vsCode: GuardForm = {
  name: "VS Code",
  document: "https://code.visualstudio.com/docs/copilot/customization/hooks",
  read: readVsCode,
  answer: answerAsVsCode,
};

/** Gives the event's name in this form, or null for an event of another. */
export function nameInVsCode(event: JsonRecord): string | null {
  const name = event["hook_event_name"] ?? event["hookEventName"];
  return typeof name === "string" && Object.hasOwn(phases, name) ? name : null;
}

function readVsCode(event: JsonRecord): GuardEvent {
  const name = nameInVsCode(event);
  if (name === null) throw new UnknownEvent("it has no known hook_event_name");
  // VS Code calls what a tool gave a response, and Copilot CLI a result.
  const output = event["tool_response"] ?? event["tool_result"];
  return readNamed(output === undefined ? event : { ...event, tool_response: output }, name, phases);
}

/** Each program takes the fields that it knows and leaves the others alone. */
function answerAsVsCode({ name }: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  const { reason } = verdict;
  const specific = (fields: JsonRecord) => ({ hookSpecificOutput: { hookEventName: name, ...fields } });
  if (name === "PreToolUse") {
    const denied = { permissionDecision: "deny", permissionDecisionReason: reason };
    return { status: 0, json: { ...denied, ...specific(denied) } };
  }
  if (name === "PermissionRequest") return { status: 0, json: { behavior: "deny", message: reason } };
  if (verdict.kind === "redact") {
    const { output } = verdict;
    // In its answers Copilot CLI names the same fields in another case.
    const modifiedResult = { resultType: "success", textResultForLlm: textOf(output) };
    return { status: 0, json: { modifiedResult, decision: "block", reason }, text: reason };
  }
  return { status: 2, json: { additionalContext: reason }, text: reason };
}

function textOf(output: JsonValue): string {
  const text = isObject(output) ? (output["text_result_for_llm"] ?? output) : output;
  return typeof text === "string" ? text : JSON.stringify(text);
}
