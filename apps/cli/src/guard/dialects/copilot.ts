import { UnknownEvent } from "../guard-event.ts";
import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict, JsonObject } from "../guard-event.ts";
import { anyField, folderField, parsedOrText, phaseOf, textField } from "../read-fields.ts";
import { withHooks } from "./hook-groups.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  preToolUse: "before",
  postToolUse: "after",
  userPromptSubmitted: "prompt",
  agentStop: "done",
  subagentStop: "done",
  sessionStart: "other",
  sessionEnd: "other",
  errorOccurred: "other",
  notification: "other",
  permissionRequest: "other",
};

const installed = ["preToolUse", "postToolUse", "userPromptSubmitted"];

/** Copilot CLI; its events do not say their name, so the settings pass it on. */
export const copilot: GuardDialect = {
  id: "copilot",
  name: "Copilot CLI",
  document: "https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference",
  settings: {
    file: ".github/hooks/keywarden.json",
    add: (settings, command) => ({
      version: 1,
      ...withHooks(settings, installed, (event) => ({
        type: "command",
        bash: command(event),
        timeoutSec: 30,
      })),
    }),
  },
  review: "Copilot CLI runs the hooks of a project only in a folder that you trust.",
  read: readCopilot,
  answer: answerAsCopilot,
};

function readCopilot(event: JsonObject, asked: string | null): GuardEvent {
  if (asked === null) throw new UnknownEvent("it does not say its name; give it with --event");
  const phase = phaseOf(asked, phases);
  const base = { name: asked, phase, tool: "", input: null, output: null, directory: folderField(event) };
  if (phase === "before" || phase === "after") {
    return {
      ...base,
      tool: textField(event, "toolName"),
      input: parsedOrText(anyField(event, "toolArgs")),
      output: phase === "after" ? anyField(event, "toolResult") : null,
    };
  }
  return phase === "prompt" ? { ...base, input: textField(event, "prompt") } : base;
}

// Only a tool that has not run can be refused by an answer; elsewhere the status is all there is.
function answerAsCopilot(event: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  const { reason } = verdict;
  if (event.phase === "before") {
    return { status: 0, json: { permissionDecision: "deny", permissionDecisionReason: reason } };
  }
  if (verdict.kind === "redact") return { status: 0, json: { modifiedResult: verdict.output }, text: reason };
  return { status: 2, text: reason };
}
