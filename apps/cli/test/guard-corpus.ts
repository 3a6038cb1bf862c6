import type { JsonValue, JsonRecord } from "../src/guard/guard-event.ts";

/** What an agent does, before each agent's own form is given to it. */
export type Deed =
  | { readonly does: "run"; readonly command: string }
  | { readonly does: "write"; readonly path: string; readonly text: string }
  | { readonly does: "edit"; readonly path: string; readonly old: string; readonly text: string }
  | { readonly does: "read"; readonly path: string; readonly text: string }
  | { readonly does: "call"; readonly input: JsonRecord }
  | { readonly does: "prompt"; readonly text: string }
  | { readonly does: "get"; readonly command: string; readonly output: string };

export interface AgentCase {
  readonly agent: string;
  /** Given on the command line, for an agent that does not say it. */
  readonly asked: string | null;
  readonly event: JsonRecord;
}

type Form = (deed: Deed) => readonly AgentCase[];

const cwd = "/work/project";

interface Tool {
  readonly tool: string;
  readonly input: JsonRecord;
}

/** The tools of each agent as its documents name them. */
const tools: Readonly<Record<string, (deed: Deed) => readonly Tool[]>> = {
  claude: (deed) => {
    switch (deed.does) {
      case "run":
        return [
          { tool: "Bash", input: { command: deed.command, description: "a command", timeout: 120_000 } },
        ];
      case "write":
        return [
          { tool: "Write", input: { file_path: deed.path, content: deed.text } },
          { tool: "NotebookEdit", input: { notebook_path: `${deed.path}.ipynb`, new_source: deed.text } },
        ];
      case "edit":
        return [
          { tool: "Edit", input: { file_path: deed.path, old_string: deed.old, new_string: deed.text } },
          {
            tool: "MultiEdit",
            input: { file_path: deed.path, edits: [{ old_string: deed.old, new_string: deed.text }] },
          },
        ];
      case "read":
        return [
          { tool: "Read", input: { file_path: deed.path } },
          { tool: "Grep", input: { pattern: "KEY", path: deed.path } },
        ];
      case "call":
        return [{ tool: "mcp__github__create_issue", input: deed.input }];
      case "prompt":
      case "get":
      default:
        return [];
    }
  },
  codex: (deed) => {
    switch (deed.does) {
      case "run":
        return [{ tool: "Bash", input: { command: deed.command } }];
      case "write":
      case "edit":
        return [
          {
            tool: "apply_patch",
            input: { command: `*** Begin Patch\n*** Add File: ${deed.path}\n+${deed.text}\n*** End Patch` },
          },
        ];
      case "call":
        return [{ tool: "mcp__github__create_issue", input: deed.input }];
      case "read":
      case "prompt":
      case "get":
      default:
        return [];
    }
  },
  gemini: (deed) => {
    switch (deed.does) {
      case "run":
        return [{ tool: "run_shell_command", input: { command: deed.command, dir_path: "." } }];
      case "write":
        return [{ tool: "write_file", input: { file_path: deed.path, content: deed.text } }];
      case "edit":
        return [
          { tool: "replace", input: { file_path: deed.path, old_string: deed.old, new_string: deed.text } },
        ];
      case "read":
        return [
          { tool: "read_file", input: { absolute_path: deed.path } },
          { tool: "read_many_files", input: { paths: ["src/a.ts", deed.path] } },
        ];
      case "call":
        return [{ tool: "mcp__github__create_issue", input: deed.input }];
      case "prompt":
      case "get":
      default:
        return [];
    }
  },
  copilot: (deed) => {
    switch (deed.does) {
      case "run":
        return [{ tool: "bash", input: { command: deed.command, description: "a command" } }];
      case "write":
        return [{ tool: "create", input: { path: deed.path, file_text: deed.text } }];
      case "edit":
        return [{ tool: "edit", input: { path: deed.path, old_str: deed.old, new_str: deed.text } }];
      case "read":
        return [{ tool: "view", input: { path: deed.path } }];
      case "call":
        return [{ tool: "github-create_issue", input: deed.input }];
      case "prompt":
      case "get":
      default:
        return [];
    }
  },
  cursor: (deed) => {
    switch (deed.does) {
      case "write":
        return [{ tool: "Write", input: { file_path: deed.path, content: deed.text } }];
      case "edit":
        return [
          { tool: "Edit", input: { file_path: deed.path, old_string: deed.old, new_string: deed.text } },
        ];
      case "run":
        return [{ tool: "Shell", input: { command: deed.command } }];
      case "read":
        return [{ tool: "Read", input: { file_path: deed.path } }];
      case "call":
      case "prompt":
      case "get":
      default:
        return [];
    }
  },
};

const base = { session_id: "abc123", transcript_path: "/home/dev/session.jsonl", cwd };

function snakeCase(
  agent: string,
  extra: JsonRecord,
  names: { readonly before: string; readonly after: string; readonly prompt: string },
  wrap: (text: string) => JsonValue,
): Form {
  return (deed) => {
    const make = (fields: JsonRecord): AgentCase => ({
      agent,
      asked: null,
      event: { ...base, ...extra, ...fields },
    });
    if (deed.does === "prompt") return [make({ hook_event_name: names.prompt, prompt: deed.text })];
    if (deed.does === "get") {
      const [called] = tools[agent]?.({ does: "run", command: deed.command }) ?? [];
      return [
        make({
          hook_event_name: names.after,
          tool_name: called?.tool ?? "",
          tool_input: called?.input ?? {},
          tool_response: wrap(deed.output),
        }),
        make({
          hook_event_name: names.after,
          tool_name: "mcp__files__read",
          tool_input: {},
          tool_response: { content: [{ type: "text", text: deed.output }] },
        }),
      ];
    }
    return (tools[agent]?.(deed) ?? []).map(({ tool, input }) =>
      make({ hook_event_name: names.before, tool_name: tool, tool_input: input, tool_use_id: "toolu_01" }),
    );
  };
}

const claudeNames = { before: "PreToolUse", after: "PostToolUse", prompt: "UserPromptSubmit" };
const geminiNames = { before: "BeforeTool", after: "AfterTool", prompt: "BeforeAgent" };

const cursorBase = {
  conversation_id: "conv-123",
  generation_id: "gen-456",
  model: "a-model",
  cursor_version: "2.0.77",
  workspace_roots: [cwd],
};

const cursor: Form = (deed) => {
  const make = (fields: JsonRecord): AgentCase => ({
    agent: "cursor",
    asked: null,
    event: { ...cursorBase, ...fields },
  });
  const before = (tools["cursor"]?.(deed) ?? []).map(({ tool, input }) =>
    make({ hook_event_name: "preToolUse", tool_name: tool, tool_input: input }),
  );
  switch (deed.does) {
    case "run":
      return [...before, make({ hook_event_name: "beforeShellExecution", command: deed.command, cwd })];
    case "read":
      return [
        ...before,
        make({
          hook_event_name: "beforeReadFile",
          file_path: deed.path,
          content: deed.text,
          attachments: [],
        }),
      ];
    case "call":
      return [
        make({
          hook_event_name: "beforeMCPExecution",
          tool_name: "create_issue",
          tool_input: JSON.stringify(deed.input),
          command: "npx mcp-server",
        }),
        make({ hook_event_name: "beforeMCPExecution", tool_name: "create_issue", tool_input: deed.input }),
      ];
    case "prompt":
      return [make({ hook_event_name: "beforeSubmitPrompt", prompt: deed.text, attachments: [] })];
    case "get":
      return [
        make({
          hook_event_name: "postToolUse",
          tool_name: "MCP:files",
          tool_input: {},
          tool_output: JSON.stringify({ text: deed.output }),
        }),
        make({
          hook_event_name: "afterShellExecution",
          command: deed.command,
          output: deed.output,
          duration: 150,
        }),
        make({
          hook_event_name: "afterMCPExecution",
          tool_name: "files",
          tool_input: "{}",
          result_json: JSON.stringify({ text: deed.output }),
        }),
      ];
    case "write":
    case "edit":
    default:
      return before;
  }
};

const copilot: Form = (deed) => {
  const make = (asked: string, fields: JsonRecord): AgentCase => ({
    agent: "copilot",
    asked,
    event: { timestamp: 1_704_614_600_000, cwd, ...fields },
  });
  if (deed.does === "prompt") return [make("userPromptSubmitted", { prompt: deed.text })];
  if (deed.does === "get") {
    const toolResult = { resultType: "success", textResultForLlm: deed.output };
    const toolArgs = JSON.stringify({ command: deed.command });
    return [make("postToolUse", { toolName: "bash", toolArgs, toolResult })];
  }
  return (tools["copilot"]?.(deed) ?? []).flatMap(({ tool, input }) => [
    make("preToolUse", { toolName: tool, toolArgs: JSON.stringify(input) }),
    make("preToolUse", { toolName: tool, toolArgs: input }),
  ]);
};

const forms: readonly Form[] = [
  snakeCase("claude", { permission_mode: "default" }, claudeNames, (text) => ({
    stdout: text,
    stderr: "",
    interrupted: false,
  })),
  snakeCase(
    "codex",
    { permission_mode: "default", model: "a-model", turn_id: "turn-1", transcript_path: null },
    claudeNames,
    (text) => text,
  ),
  cursor,
  snakeCase("gemini", { timestamp: "2026-11-28T10:00:00Z" }, geminiNames, (text) => ({
    llmContent: text,
    returnDisplay: text,
  })),
  copilot,
];

/** Gives every form in which the agents tell of a deed. */
export const formsOf: Form = (deed) => forms.flatMap((form) => form(deed));
