import type {
  GuardAnswer,
  GuardDialect,
  GuardEvent,
  GuardVerdict,
  JsonValue,
  JsonRecord,
} from "../guard-event.ts";
import { anyField, isObject, outputOrText, parsedOrText, phaseOf, requireText } from "../read-fields.ts";
import { folderField } from "../read-fields.ts";
import { withHooks } from "./hook-groups.ts";
import type { Phases } from "./snake-case.ts";

const phases: Phases = {
  beforeShellExecution: "before",
  beforeMCPExecution: "before",
  beforeReadFile: "before",
  beforeTabFileRead: "before",
  preToolUse: "before",
  beforeSubmitPrompt: "prompt",
  afterShellExecution: "after",
  afterMCPExecution: "after",
  postToolUse: "after",
  postToolUseFailure: "failed",
  afterFileEdit: "after",
  afterTabFileEdit: "after",
  afterAgentResponse: "done",
  afterAgentThought: "done",
  subagentStart: "before",
  subagentStop: "done",
  preCompact: "other",
  stop: "done",
  sessionStart: "other",
  sessionEnd: "other",
  workspaceOpen: "other",
};

const installed = [
  "beforeShellExecution",
  "beforeMCPExecution",
  "beforeReadFile",
  "beforeSubmitPrompt",
  "preToolUse",
  "postToolUse",
  "postToolUseFailure",
];

/** Cursor; what has run already it lets nobody block, and only what an MCP tool gave can be replaced. */
export const cursor: GuardDialect = {
  id: "cursor",
  name: "Cursor",
  document: "https://cursor.com/docs/hooks",
  settings: {
    file: ".cursor/hooks.json",
    userFile: { folderVariable: null, folder: ".cursor", name: "hooks.json" },
    add: (settings, command) => ({
      version: 1,
      ...withHooks(settings, installed, (event) => ({ command: command(event), failClosed: true })),
    }),
  },
  review: null,
  read: readCursor,
  answer: answerAsCursor,
};

function readCursor(event: JsonRecord): GuardEvent {
  const name = requireText(event, "hook_event_name");
  const phase = phaseOf(name, phases);
  const base = { name, phase, tool: "", input: null, output: null, directory: directoryOf(event) };
  const tool = (): string => requireText(event, "tool_name");
  const input = (): JsonValue => parsedOrText(anyField(event, "tool_input"));
  switch (name) {
    case "beforeShellExecution":
      return { ...base, tool: "Shell", input: { command: requireText(event, "command") } };
    case "afterShellExecution":
      return {
        ...base,
        tool: "Shell",
        input: { command: requireText(event, "command") },
        output: requireText(event, "output"),
      };
    case "beforeMCPExecution":
    case "preToolUse":
      return { ...base, tool: tool(), input: input() };
    case "afterMCPExecution":
      return { ...base, tool: tool(), input: input(), output: outputOrText(anyField(event, "result_json")) };
    case "postToolUse":
      return { ...base, tool: tool(), input: input(), output: outputOrText(anyField(event, "tool_output")) };
    case "beforeReadFile":
    case "beforeTabFileRead":
      return {
        ...base,
        tool: "Read",
        input: {
          file_path: requireText(event, "file_path"),
          content: requireText(event, "content"),
          attachments: attachmentsOf(event),
        },
      };
    case "postToolUseFailure":
      return { ...base, tool: tool(), output: requireText(event, "error_message") };
    case "subagentStart":
      return { ...base, tool: "Task", input: requireText(event, "task") };
    case "afterFileEdit":
    case "afterTabFileEdit":
      return {
        ...base,
        tool: "Edit",
        input: { file_path: requireText(event, "file_path") },
        output: anyField(event, "edits"),
      };
    case "beforeSubmitPrompt":
      return { ...base, input: { prompt: requireText(event, "prompt"), attachments: attachmentsOf(event) } };
    default:
      return { ...base, input: event["text"] ?? event["summary"] ?? null };
  }
}

const attachmentsOf = (event: JsonRecord): JsonValue => event["attachments"] ?? [];

function directoryOf(event: JsonRecord): string | null {
  const roots = event["workspace_roots"];
  const [first] = Array.isArray(roots) ? (roots as readonly JsonValue[]) : [];
  return folderField(event) ?? (typeof first === "string" ? first : null);
}

function answerAsCursor(event: GuardEvent, verdict: GuardVerdict): GuardAnswer {
  if (verdict.kind === "pass") return { status: 0, json: {} };
  const isReplaced = event.name === "postToolUse" && isMcp(event);
  const reason = verdict.kind === "redact" && !isReplaced ? verdict.shownReason : verdict.reason;
  if (event.phase === "prompt") return { status: 0, json: { continue: false, user_message: reason } };
  if (event.phase === "before") {
    return { status: 0, json: { permission: "deny", user_message: reason, agent_message: reason } };
  }
  // The agent has the text of these; it is told what it must not repeat.
  if (verdict.kind === "tell") {
    return { status: 0, json: event.phase === "failed" ? { additional_context: reason } : {}, text: reason };
  }
  if (event.name !== "postToolUse") return { status: 2, json: {}, text: reason };
  const told = { additional_context: reason };
  if (verdict.kind !== "redact" || !isReplaced) return { status: 0, json: told, text: reason };
  return { status: 0, json: { updated_mcp_tool_output: wrapped(verdict.output), ...told } };
}

const isMcp = ({ tool }: GuardEvent): boolean => /^mcp/i.test(tool);
const wrapped = (output: JsonValue): JsonValue => (isObject(output) ? output : { output });
