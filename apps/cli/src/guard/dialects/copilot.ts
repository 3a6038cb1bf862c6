import { UnknownEvent } from "../guard-event.ts";
import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict, JsonRecord } from "../guard-event.ts";
import { anyField, folderField, parsedOrText, phaseOf, requireText } from "../read-fields.ts";
import { withHooks } from "./hook-groups.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  preToolUse: "before",
  permissionRequest: "before",
  postToolUse: "after",
  postToolUseFailure: "failed",
  userPromptTransformed: "after",
  userPromptSubmitted: "prompt",
  agentStop: "done",
  subagentStop: "done",
  subagentStart: "other",
  sessionStart: "other",
  sessionEnd: "other",
  errorOccurred: "other",
  notification: "other",
  preCompact: "other",
};

const installed = [
  "preToolUse",
  "postToolUse",
  "postToolUseFailure",
  "userPromptSubmitted",
  "userPromptTransformed",
];

/** Copilot CLI; its events do not say their name, so the settings pass it on. */
export const copilot: GuardDialect = {
  id: "copilot",
  name: "Copilot CLI",
  document: "https://docs.github.com/en/copilot/reference/hooks-reference",
  settings: {
    file: ".github/hooks/keywarden.json",
    userFile: { folderVariable: "COPILOT_HOME", folder: ".copilot", name: "hooks/keywarden.json" },
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

function readCopilot(event: JsonRecord, asked: string | null): GuardEvent {
  if (asked === null) throw new UnknownEvent("it does not say its name; give it with --event");
  const phase = phaseOf(asked, phases);
  const base = { name: asked, phase, tool: "", input: null, output: null, directory: folderField(event) };
  const tool = (): string => requireText(event, "toolName");
  switch (asked) {
    case "permissionRequest":
      return { ...base, tool: tool(), input: parsedOrText(anyField(event, "toolInput")) };
    case "preToolUse":
      return { ...base, tool: tool(), input: parsedOrText(anyField(event, "toolArgs")) };
    case "postToolUse": {
      const input = parsedOrText(anyField(event, "toolArgs"));
      return { ...base, tool: tool(), input, output: anyField(event, "toolResult") };
    }
    case "postToolUseFailure":
      return { ...base, tool: tool(), output: requireText(event, "error") };
    case "userPromptSubmitted":
      return { ...base, input: requireText(event, "prompt") };
    case "userPromptTransformed":
      return { ...base, tool: "the prompt", output: requireText(event, "transformedPrompt") };
    default:
      return { ...base, input: event["response"] ?? null };
  }
}

function answerAsCopilot({ name }: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0 };
  const { reason } = verdict;
  if (name === "preToolUse") {
    return { status: 0, json: { permissionDecision: "deny", permissionDecisionReason: reason } };
  }
  if (name === "permissionRequest") return { status: 0, json: { behavior: "deny", message: reason } };
  if (verdict.kind === "redact") {
    const field = name === "userPromptTransformed" ? "modifiedTransformedPrompt" : "modifiedResult";
    return { status: 0, json: { [field]: verdict.output }, text: reason };
  }
  // Elsewhere this status has the person read the text; what a failure shows to the agent gets the output appended.
  return name === "postToolUseFailure"
    ? { status: 2, json: { additionalContext: reason }, text: reason }
    : { status: 2, text: reason };
}
