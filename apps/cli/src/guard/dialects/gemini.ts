import type { GuardAnswer, GuardDialect, GuardEvent, GuardVerdict } from "../guard-event.ts";
import { textsIn } from "../read-fields.ts";
import { addGroups } from "./hook-groups.ts";
import { readSnakeCase } from "./snake-case.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  BeforeTool: "before",
  AfterTool: "after",
  BeforeAgent: "prompt",
  AfterAgent: "done",
  BeforeModel: "other",
  AfterModel: "other",
  BeforeToolSelection: "other",
  SessionStart: "other",
  SessionEnd: "other",
  Notification: "other",
  PreCompress: "other",
};

/** Gemini CLI. */
export const gemini: GuardDialect = {
  id: "gemini",
  name: "Gemini CLI",
  document: "https://geminicli.com/docs/hooks/reference",
  settings: {
    file: ".gemini/settings.json",
    // In milliseconds here.
    add: (settings, command) =>
      addGroups(settings, command, { BeforeTool: ".*", AfterTool: ".*", BeforeAgent: null }, 30_000),
  },
  review: "Gemini CLI runs the hooks of a project only in a folder that you trust.",
  read: (event) => readSnakeCase(event, phases),
  answer: answerAsGemini,
};

// Where a tool has run, the reason takes the place of what it gave.
function answerAsGemini(_event: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0, json: {} };
  const { reason } = verdict;
  if (verdict.kind === "refuse") return { status: 0, json: { decision: "deny", reason } };
  const shown = [reason, ...textsIn(verdict.output)].join("\n");
  return { status: 0, json: { decision: "deny", reason: shown } };
}
