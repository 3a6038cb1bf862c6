import type { GuardEvent, JsonValue, JsonRecord } from "../guard-event.ts";
import { anyField, folderField, phaseOf, requireText } from "../read-fields.ts";

export type Phases = Readonly<Record<string, GuardEvent["phase"]>>;

/** Reads the events of agents that name the event and the tool in snake case: Claude Code, Codex and Gemini CLI. */
export function readSnakeCase(event: JsonRecord, phases: Phases): GuardEvent {
  return readNamed(event, requireText(event, "hook_event_name"), phases);
}

/** Reads such an event by the name that it is known by. */
export function readNamed(event: JsonRecord, name: string, phases: Phases): GuardEvent {
  const phase = phaseOf(name, phases);
  const base = { name, phase, tool: "", input: null, output: null, directory: folderField(event) };
  switch (phase) {
    case "before":
      return { ...base, tool: requireText(event, "tool_name"), input: anyField(event, "tool_input") };
    case "after":
      return {
        ...base,
        tool: requireText(event, "tool_name"),
        input: anyField(event, "tool_input"),
        output: anyField(event, "tool_response"),
      };
    case "failed":
      return readFailure(event, base);
    case "prompt":
      return { ...base, input: requireText(event, "prompt") };
    case "done":
      return { ...base, input: lastMessage(event) };
    case "other":
    default:
      return base;
  }
}

// One tool that has failed, or all that ran together.
function readFailure(event: JsonRecord, base: GuardEvent): GuardEvent {
  if (event["tool_calls"] !== undefined) {
    return { ...base, tool: "a tool", output: anyField(event, "tool_calls") };
  }
  return { ...base, tool: requireText(event, "tool_name"), output: requireText(event, "error") };
}

// Not every version sends it.
const lastMessage = (event: JsonRecord): JsonValue =>
  event["last_assistant_message"] ?? event["prompt_response"] ?? null;
