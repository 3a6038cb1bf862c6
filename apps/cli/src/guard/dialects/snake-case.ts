import type { GuardEvent, JsonObject } from "../guard-event.ts";
import { anyField, folderField, phaseOf, textField } from "../read-fields.ts";

export type Phases = Readonly<Record<string, GuardEvent["phase"]>>;

/** Reads the events of agents that name the event and the tool in snake case: Claude Code, Codex and Gemini CLI. */
export function readSnakeCase(event: JsonObject, phases: Phases): GuardEvent {
  const name = textField(event, "hook_event_name");
  const phase = phaseOf(name, phases);
  const base = { name, phase, tool: "", input: null, output: null, directory: folderField(event) };
  if (phase === "before" || phase === "after") {
    return {
      ...base,
      tool: textField(event, "tool_name"),
      input: anyField(event, "tool_input"),
      output: phase === "after" ? anyField(event, "tool_response") : null,
    };
  }
  if (phase === "prompt") return { ...base, input: textField(event, "prompt") };
  return base;
}
