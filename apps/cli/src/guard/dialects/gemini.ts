import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict, JsonRecord } from "../guard-event.ts";
import { anyField, folderField, phaseOf, requireText, textsIn } from "../read-fields.ts";
import { addGroups } from "./hook-groups.ts";
import { readSnakeCase } from "./snake-case.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  BeforeTool: "before",
  AfterTool: "after",
  BeforeAgent: "prompt",
  BeforeModel: "prompt",
  AfterAgent: "done",
  AfterModel: "done",
  BeforeToolSelection: "other",
  SessionStart: "other",
  SessionEnd: "other",
  Notification: "other",
  PreCompress: "other",
};

const installed = { BeforeTool: ".*", AfterTool: ".*", BeforeAgent: null, AfterAgent: null };

/** Gemini CLI. */
export const gemini: GuardDialect = {
  id: "gemini",
  name: "Gemini CLI",
  document: "https://geminicli.com/docs/hooks/reference",
  settings: {
    file: ".gemini/settings.json",
    userFile: { folderVariable: null, folder: ".gemini", name: "settings.json" },
    // In milliseconds here.
    add: (settings, command) => addGroups(settings, command, installed, 30_000),
  },
  review: "Gemini CLI runs the hooks of a project only in a folder that you trust.",
  read: readGemini,
  answer: answerAsGemini,
};

// Around the model there is neither a prompt nor an answer but what goes there and comes back.
function readGemini(event: JsonRecord): GuardEvent {
  const name = requireText(event, "hook_event_name");
  const field = name === "BeforeModel" ? "llm_request" : name === "AfterModel" ? "llm_response" : null;
  if (field === null) return readSnakeCase(event, phases);
  const around = { tool: "", input: anyField(event, field), output: null };
  return { name, phase: phaseOf(name, phases), directory: folderField(event), ...around };
}

// Where a tool has run, the reason takes the place of what it gave.
function answerAsGemini(_event: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0, json: {} };
  const { reason } = verdict;
  if (verdict.kind === "tell") return { status: 0, json: { systemMessage: reason } };
  if (verdict.kind === "refuse") return { status: 0, json: { decision: "deny", reason } };
  const shown = [reason, ...textsIn(verdict.output)].join("\n");
  return { status: 0, json: { decision: "deny", reason: shown } };
}
