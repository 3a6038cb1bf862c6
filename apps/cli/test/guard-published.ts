import type { GuardVerdict, JsonRecord } from "../src/guard/guard-event.ts";
import type { AgentCase } from "./guard-corpus.ts";

/** An event of the shape that an agent's document gives as its example, read on 2026-11-29, and what becomes of it. */
export interface PublishedEvent extends AgentCase {
  readonly expected: GuardVerdict["kind"];
}

type Row = readonly [expected: GuardVerdict["kind"], event: JsonRecord, asked?: string];

/** Gives the documents' examples, some of them with a key where text stands. */
export function publishedEvents(key: string): readonly PublishedEvent[] {
  const of = (agent: string, rows: readonly Row[]): readonly PublishedEvent[] =>
    rows.map(([expected, event, asked = null]) => ({ agent, asked, event, expected }));
  return [
    ...of("claude", claude(key)),
    ...of("claude", cursorByClaudesHooks(key)),
    ...of("claude", pascalCase(key)),
    ...of("codex", codex(key)),
    ...of("cursor", cursor(key)),
    ...of("gemini", gemini(key)),
    ...of("copilot", copilot(key)),
    ...of("copilot", vsCode(key)),
  ];
}

/** https://code.claude.com/docs/en/hooks */
function claude(key: string): readonly Row[] {
  const base = {
    session_id: "abc123",
    transcript_path: "/home/dev/.claude/projects/p/00893aaf.jsonl",
    cwd: "/home/dev/project",
    permission_mode: "default",
  };
  const tool = (name: string, tool_name: string, tool_input: JsonRecord, more: JsonRecord = {}) => ({
    ...base,
    hook_event_name: name,
    tool_name,
    tool_input,
    tool_use_id: "toolu_01ABC123",
    ...more,
  });
  const written = { file_path: "/path/to/file.txt", content: "file content" };
  const fails = { command: "npm test", description: "Run test suite" };
  const done = { filePath: "/path/to/file.txt", success: true };
  const failure = (error: string) => ({ error, is_interrupt: false, duration_ms: 4187 });
  const calls = (tool_response: string) => ({
    ...base,
    hook_event_name: "PostToolBatch",
    tool_calls: [
      { tool_name: "Read", tool_input: { file_path: "/a.py" }, tool_use_id: "toolu_01", tool_response },
    ],
  });
  const stop = (last_assistant_message: string) => ({
    ...base,
    hook_event_name: "Stop",
    stop_hook_active: true,
    last_assistant_message,
  });
  const other = (name: string, more: JsonRecord): Row => [
    "pass",
    { ...base, hook_event_name: name, ...more },
  ];
  return [
    ["pass", tool("PreToolUse", "Bash", { command: "npm test" })],
    ["pass", tool("PreToolUse", "Write", written)],
    ["refuse", tool("PreToolUse", "Write", { ...written, content: `K=${key}` })],
    ["pass", tool("PreToolUse", "Edit", { file_path: "/f.txt", old_string: "a", new_string: "b" })],
    ["pass", tool("PreToolUse", "Read", { file_path: "/path/to/file.txt", offset: 10, limit: 50 })],
    ["pass", tool("PreToolUse", "Glob", { pattern: "**/*.ts", path: "/path/to/dir" })],
    ["pass", tool("PreToolUse", "Grep", { pattern: "TODO.*fix", path: "/path/to/dir", "-i": true })],
    ["pass", tool("PreToolUse", "WebFetch", { url: "https://example.com/api", prompt: "Extract it" })],
    ["refuse", tool("PreToolUse", "WebFetch", { url: `https://example.com/?k=${key}`, prompt: "x" })],
    ["pass", tool("PreToolUse", "WebSearch", { query: "react hooks best practices" })],
    ["refuse", tool("PreToolUse", "Agent", { prompt: `Use ${key}`, subagent_type: "Explore" })],
    ["pass", tool("PermissionRequest", "Bash", { command: "rm -rf node_modules" })],
    ["refuse", tool("PermissionRequest", "Bash", { command: `echo ${key}` })],
    ["pass", tool("PostToolUse", "Write", written, { tool_response: done, duration_ms: 12 })],
    ["redact", tool("PostToolUse", "Bash", { command: "env" }, { tool_response: { stdout: key } })],
    ["pass", tool("PostToolUseFailure", "Bash", fails, failure("Exit code 1\nError: Cannot find module"))],
    ["tell", tool("PostToolUseFailure", "Bash", fails, failure(`Exit code 1\nK=${key}`))],
    ["pass", calls("     1\tfrom __future__ import annotations\n")],
    ["tell", calls(`     1\tK = "${key}"\n`)],
    ["pass", { ...base, hook_event_name: "UserPromptSubmit", prompt: "Write a function to factor a number" }],
    ["refuse", { ...base, hook_event_name: "UserPromptSubmit", prompt: `My key is ${key}` }],
    ["pass", stop("I've completed the refactoring. Here's a summary")],
    ["tell", stop(`Your key is ${key}`)],
    ["tell", { ...stop(key), hook_event_name: "SubagentStop", agent_id: "def456", agent_type: "Explore" }],
    ["pass", { ...base, hook_event_name: "Stop", stop_hook_active: false }],
    other("Notification", {
      message: "Claude needs your permission",
      notification_type: "permission_prompt",
    }),
    other("SessionStart", { source: "startup", model: "claude-sonnet-5" }),
    other("SessionEnd", { reason: "other" }),
    other("SubagentStart", { agent_id: "agent-abc123", agent_type: "Explore" }),
    other("PreCompact", { trigger: "manual", custom_instructions: "" }),
    other("ConfigChange", { source: "project_settings", file_path: "/p/.claude/settings.json" }),
    other("TaskCompleted", { task_id: "task-001", task_subject: "Implement user authentication" }),
    other("WorktreeCreate", { name: "feature-auth" }),
  ];
}

/** https://cursor.com/docs/reference/third-party-hooks: Cursor runs the hooks of Claude Code, with its own events. */
const cursorByClaudesHooks = (key: string): readonly Row[] =>
  cursor(key).filter(([, { hook_event_name: name }]) =>
    /^(?:(?:pre|post)ToolUse|beforeSubmitPrompt|stop)$/.test(typeof name === "string" ? name : ""),
  );

/** https://docs.github.com/en/copilot/reference/hooks-reference: Copilot CLI runs them too, as it calls VS Code compatible. */
function pascalCase(key: string): readonly Row[] {
  const base = { session_id: "s1", timestamp: "2026-11-29T10:00:00.000Z", cwd: "/workspace" };
  const tool = { ...base, tool_name: "Bash", tool_input: { command: "ls" } };
  const result = (text_result_for_llm: string) => ({
    tool_result: { result_type: "success", text_result_for_llm },
  });
  return [
    ["pass", { ...tool, hook_event_name: "PreToolUse" }],
    ["refuse", { ...tool, hook_event_name: "PreToolUse", tool_input: { command: "git commit -n" } }],
    ["pass", { ...tool, hook_event_name: "PostToolUse", ...result("README.md") }],
    ["redact", { ...tool, hook_event_name: "PostToolUse", ...result(`K=${key}`) }],
    ["tell", { ...tool, hook_event_name: "PostToolUseFailure", error: `no ${key}` }],
    ["refuse", { ...base, hook_event_name: "UserPromptSubmit", prompt: key }],
    ["pass", { ...base, hook_event_name: "Stop", transcript_path: "/t", stop_reason: "end_turn" }],
    ["pass", { ...base, hook_event_name: "SessionStart", source: "new", initial_prompt: "go" }],
  ];
}

/** https://code.visualstudio.com/docs/copilot/customization/hooks: VS Code runs the hooks of Copilot CLI. */
function vsCode(key: string): readonly Row[] {
  const base = {
    timestamp: "2026-02-09T10:30:00.000Z",
    cwd: "/path/to/workspace",
    sessionId: "session-identifier",
    transcript_path: "/path/to/transcript.json",
  };
  const tool = {
    ...base,
    tool_name: "editFiles",
    tool_input: { files: ["src/main.ts"] },
    tool_use_id: "tool-123",
  };
  return [
    ["pass", { ...tool, hookEventName: "PreToolUse" }, "preToolUse"],
    ["refuse", { ...tool, hookEventName: "PreToolUse", tool_input: { code: key } }, "preToolUse"],
    ["pass", { ...tool, hookEventName: "PostToolUse", tool_response: "File edited" }, "postToolUse"],
    ["redact", { ...tool, hookEventName: "PostToolUse", tool_response: `K=${key}` }, "postToolUse"],
    ["refuse", { ...base, hookEventName: "UserPromptSubmit", prompt: key }, "userPromptSubmitted"],
  ];
}

/** https://developers.openai.com/codex/hooks and the schemas of openai/codex */
function codex(key: string): readonly Row[] {
  const base = {
    session_id: "s1",
    turn_id: "t1",
    transcript_path: null,
    cwd: "/repo",
    model: "a-model",
    permission_mode: "default",
  };
  const tool = { ...base, tool_name: "Bash", tool_use_id: "call_1", tool_input: { command: "ls" } };
  const stop = { ...base, hook_event_name: "Stop", stop_hook_active: false };
  return [
    ["pass", { ...tool, hook_event_name: "PreToolUse" }],
    ["refuse", { ...tool, hook_event_name: "PreToolUse", tool_input: { command: `echo ${key}` } }],
    ["pass", { ...tool, hook_event_name: "PermissionRequest" }],
    ["refuse", { ...tool, hook_event_name: "PermissionRequest", tool_input: { command: "cat .env" } }],
    ["pass", { ...tool, hook_event_name: "PostToolUse", tool_response: "README.md" }],
    ["redact", { ...tool, hook_event_name: "PostToolUse", tool_response: { output: key } }],
    ["pass", { ...base, hook_event_name: "UserPromptSubmit", prompt: "go" }],
    ["refuse", { ...base, hook_event_name: "UserPromptSubmit", prompt: key }],
    ["pass", { ...stop, last_assistant_message: null }],
    ["tell", { ...stop, last_assistant_message: key }],
    ["pass", { ...base, hook_event_name: "SessionStart", source: "compact" }],
    ["pass", { ...base, hook_event_name: "PreCompact", trigger: "auto" }],
    ["pass", { ...base, hook_event_name: "Interrupt" }],
  ];
}

/** https://cursor.com/docs/hooks */
function cursor(key: string): readonly Row[] {
  const base = {
    conversation_id: "668320d2-2fd8-4888-b33c-2a466fec86e7",
    generation_id: "490b90b7-a2ce-4c2c-bb76-cb77b125df2f",
    model: "a-model",
    model_params: [{ id: "thinking", value: "true" }],
    cursor_version: "2026.09.18-9a7762b",
    workspace_roots: ["/project"],
    user_email: "user@example.com",
    transcript_path: null,
  };
  const event = (hook_event_name: string, more: JsonRecord): JsonRecord => ({
    ...base,
    hook_event_name,
    ...more,
  });
  const shell = { tool_name: "Shell", tool_input: { command: "npm install" }, tool_use_id: "a\nb" };
  const output = (text: string) => ({ ...shell, tool_output: JSON.stringify({ output: text, exitCode: 0 }) });
  const failure = (error_message: string) => ({ ...shell, error_message, failure_type: "error" });
  const mcp = {
    tool_name: "query",
    tool_input: '{"sql":"select 1"}',
    mcp_server_name: "db",
    command: "npx db",
  };
  const rule = { type: "rule", file_path: "/project/.cursor/rules/a.mdc" };
  const env = { type: "file", file_path: "/project/.env" };
  return [
    ["pass", event("preToolUse", { ...shell, cwd: "/project", agent_message: "Installing" })],
    ["refuse", event("preToolUse", { ...shell, tool_input: { command: "git push --no-verify" } })],
    ["pass", event("postToolUse", { ...output("added 5 packages"), duration: 5432 })],
    ["redact", event("postToolUse", { ...output(`K=${key}`), duration: 5432 })],
    ["pass", event("postToolUseFailure", failure("Command timed out after 30s"))],
    ["tell", event("postToolUseFailure", failure(`no such key ${key}`))],
    ["pass", event("beforeShellExecution", { command: "git status", cwd: "", sandbox: false })],
    ["refuse", event("beforeShellExecution", { command: "cat .env", cwd: "/project", sandbox: true })],
    ["pass", event("afterShellExecution", { command: "ls", output: "a", duration: 1234, sandbox: false })],
    ["redact", event("afterShellExecution", { command: "env", output: key, duration: 1234 })],
    ["pass", event("beforeMCPExecution", mcp)],
    ["refuse", event("beforeMCPExecution", { ...mcp, tool_input: JSON.stringify({ sql: key }) })],
    ["pass", event("afterMCPExecution", { ...mcp, result_json: "{}", duration: 1234 })],
    ["pass", event("beforeReadFile", { file_path: "/project/a.ts", content: "a", attachments: [rule] })],
    ["refuse", event("beforeReadFile", { file_path: "/project/.env", content: "", attachments: [] })],
    ["refuse", event("beforeReadFile", { file_path: "/project/a.ts", content: key, attachments: [] })],
    ["pass", event("beforeTabFileRead", { file_path: "/project/a.ts", content: "a" })],
    ["refuse", event("beforeTabFileRead", { file_path: "/project/.env", content: "" })],
    ["pass", event("afterFileEdit", { file_path: "/a.ts", edits: [{ old_string: "a", new_string: "b" }] })],
    ["pass", event("beforeSubmitPrompt", { prompt: "Fix the bug", attachments: [rule] })],
    ["refuse", event("beforeSubmitPrompt", { prompt: `Use ${key}`, attachments: [] })],
    ["refuse", event("beforeSubmitPrompt", { prompt: "What is in here?", attachments: [env] })],
    ["pass", event("subagentStart", { subagent_type: "generalPurpose", task: "Explore the auth flow" })],
    ["refuse", event("subagentStart", { subagent_type: "generalPurpose", task: `Log in with ${key}` })],
    ["pass", event("subagentStop", { status: "completed", summary: "Done", duration_ms: 45_000 })],
    ["pass", event("afterAgentResponse", { text: "Done" })],
    ["tell", event("afterAgentResponse", { text: key })],
    ["pass", event("afterAgentThought", { text: "Hm", duration_ms: 5000 })],
    ["pass", event("stop", { status: "completed", loop_count: 0 })],
    ["pass", event("sessionStart", { session_id: "s", is_background_agent: false, composer_mode: "agent" })],
    ["pass", event("sessionEnd", { session_id: "s", reason: "completed", duration_ms: 45_000 })],
    ["pass", event("preCompact", { trigger: "auto", context_usage_percent: 85, is_first_compaction: true })],
    ["pass", { hook_event_name: "workspaceOpen", cursor_version: "2.5.0", workspace_roots: ["/project"] }],
  ];
}

/** https://geminicli.com/docs/hooks/reference */
function gemini(key: string): readonly Row[] {
  const base = {
    session_id: "s1",
    transcript_path: "/t.json",
    cwd: "/repo",
    timestamp: "2026-11-29T10:00:00Z",
  };
  const event = (hook_event_name: string, more: JsonRecord): JsonRecord => ({
    ...base,
    hook_event_name,
    ...more,
  });
  const write = (content: string) => ({
    tool_name: "write_file",
    tool_input: { file_path: "a.ts", content },
  });
  const mcp = { tool_name: "mcp__db__query", tool_input: {}, mcp_context: { server_name: "db" } };
  const response = (llmContent: string) => ({ llmContent, returnDisplay: llmContent });
  const request = (content: string) => ({ model: "m", messages: [{ role: "user", content }], config: {} });
  const answer = (part: string) => ({ candidates: [{ content: { role: "model", parts: [part] } }] });
  return [
    ["pass", event("BeforeTool", write("a"))],
    ["refuse", event("BeforeTool", write(key))],
    ["pass", event("BeforeTool", mcp)],
    ["pass", event("AfterTool", { ...mcp, tool_response: response("1") })],
    ["redact", event("AfterTool", { ...mcp, tool_response: { ...response("1"), error: key } })],
    ["pass", event("BeforeAgent", { prompt: "go" })],
    ["refuse", event("BeforeAgent", { prompt: key })],
    ["pass", event("AfterAgent", { prompt: "go", prompt_response: "Done", stop_hook_active: false })],
    ["tell", event("AfterAgent", { prompt: "go", prompt_response: key, stop_hook_active: false })],
    ["pass", event("BeforeModel", { llm_request: request("go") })],
    ["refuse", event("BeforeModel", { llm_request: request(key) })],
    ["pass", event("AfterModel", { llm_request: request("go"), llm_response: answer("Done") })],
    ["tell", event("AfterModel", { llm_request: request("go"), llm_response: answer(key) })],
    ["pass", event("BeforeToolSelection", { llm_request: request("go") })],
    ["pass", event("SessionStart", { source: "startup" })],
    ["pass", event("SessionEnd", { reason: "exit" })],
    ["pass", event("Notification", { notification_type: "ToolPermission", message: "m", details: {} })],
    ["pass", event("PreCompress", { trigger: "auto" })],
  ];
}

/** https://docs.github.com/en/copilot/reference/hooks-reference */
function copilot(key: string): readonly Row[] {
  const base = { sessionId: "s1", timestamp: 1_704_614_600_000, cwd: "/workspace" };
  const tool = { ...base, toolName: "bash", toolArgs: { command: "ls" } };
  const result = (textResultForLlm: string) => ({ toolResult: { resultType: "success", textResultForLlm } });
  const sub = { ...base, transcriptPath: "/t", agentId: "a", agentName: "explore", stopReason: "end_turn" };
  const changed = (transformedPrompt: string) => ({ ...base, prompt: "go", transformedPrompt });
  return [
    ["pass", tool, "preToolUse"],
    ["refuse", { ...tool, toolArgs: JSON.stringify({ command: "cat .env" }) }, "preToolUse"],
    ["pass", { ...base, toolName: "bash", toolInput: { command: "ls" } }, "permissionRequest"],
    ["refuse", { ...base, toolName: "bash", toolInput: { command: key } }, "permissionRequest"],
    ["pass", { ...tool, ...result("README.md") }, "postToolUse"],
    ["redact", { ...tool, ...result(`K=${key}`) }, "postToolUse"],
    ["pass", { ...tool, error: "not found" }, "postToolUseFailure"],
    ["tell", { ...tool, error: `not found: ${key}` }, "postToolUseFailure"],
    ["pass", { ...base, prompt: "go" }, "userPromptSubmitted"],
    ["refuse", { ...base, prompt: key }, "userPromptSubmitted"],
    ["pass", changed("go"), "userPromptTransformed"],
    ["redact", changed(`<prompt>${key}</prompt>`), "userPromptTransformed"],
    ["pass", { ...base, transcriptPath: "/t", stopReason: "end_turn" }, "agentStop"],
    ["tell", { ...sub, response: key }, "subagentStop"],
    ["pass", { ...base, source: "new", initialPrompt: "go" }, "sessionStart"],
    ["pass", { ...base, reason: "complete" }, "sessionEnd"],
    ["pass", { ...base, error: { message: "m", name: "E" }, recoverable: true }, "errorOccurred"],
    [
      "pass",
      { ...base, hook_event_name: "Notification", message: "m", notification_type: "agent_idle" },
      "notification",
    ],
    ["pass", { ...base, transcriptPath: "/t", trigger: "auto", customInstructions: "" }, "preCompact"],
  ];
}
