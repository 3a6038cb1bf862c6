import type { JsonRecord } from "../src/guard/guard-event.ts";

/** An event as this version of an agent sent it on 2026-11-29, with folders and ids replaced. */
export interface RecordedEvent {
  readonly agent: "claude" | "codex" | "gemini" | "copilot";
  readonly asked: string | null;
  readonly expected: "pass" | "refuse" | "redact";
  readonly event: JsonRecord;
}

const cwd = "/work/project";
const session = {
  session_id: "00000000-0000-4000-8000-000000000000",
  transcript_path: "/home/dev/session.jsonl",
  cwd,
};
const skipsHooks = "git commit --no-verify -m x";

/** Gives what agents sent while a model asked for a command that prints a key, a file with one, and a commit without hooks. */
export function recordedEvents(key: string): readonly RecordedEvent[] {
  return [...claude(key), ...codex(key), ...gemini(key), ...copilot(key)];
}

/** Claude Code 2.1.197 */
function claude(key: string): readonly RecordedEvent[] {
  const base = { ...session, prompt_id: "p1", permission_mode: "default" };
  const before = { ...base, hook_event_name: "PreToolUse", tool_use_id: "toolu_01" };
  const shown = { command: "sh show.sh", description: "show" };
  const response = {
    stdout: `key is ${key}`,
    stderr: "",
    interrupted: false,
    isImage: false,
    noOutputExpected: false,
  };
  const all = [
    ["pass", { ...base, hook_event_name: "UserPromptSubmit", prompt: "go" }],
    ["pass", { ...before, tool_name: "Bash", tool_input: shown }],
    [
      "redact",
      {
        ...base,
        hook_event_name: "PostToolUse",
        tool_name: "Bash",
        tool_input: shown,
        tool_response: response,
        tool_use_id: "toolu_01",
        duration_ms: 263,
      },
    ],
    [
      "refuse",
      { ...before, tool_name: "Write", tool_input: { file_path: `${cwd}/x.env`, content: `K=${key}\n` } },
    ],
    ["refuse", { ...before, tool_name: "Bash", tool_input: { command: skipsHooks, description: "c" } }],
  ] as const;
  return all.map(([expected, event]) => ({ agent: "claude", asked: null, expected, event }));
}

/** Codex 0.171.0 */
function codex(key: string): readonly RecordedEvent[] {
  const base = { ...session, turn_id: "t1", model: "a-model", permission_mode: "bypassPermissions" };
  const tool = { ...base, tool_name: "Bash", tool_use_id: "call_1" };
  const before = { ...tool, hook_event_name: "PreToolUse" };
  const shown = { command: "sh show.sh" };
  const all = [
    ["pass", { ...base, hook_event_name: "UserPromptSubmit", prompt: "go" }],
    ["pass", { ...before, tool_input: shown }],
    [
      "redact",
      { ...tool, hook_event_name: "PostToolUse", tool_input: shown, tool_response: `key is ${key}\n` },
    ],
    ["refuse", { ...before, tool_input: { command: `echo ${key} > x.env` } }],
    ["refuse", { ...before, tool_input: { command: skipsHooks } }],
  ] as const;
  return all.map(([expected, event]) => ({ agent: "codex", asked: null, expected, event }));
}

/** Gemini CLI 0.61.0 */
function gemini(key: string): readonly RecordedEvent[] {
  const base = { ...session, timestamp: "2026-11-29T08:52:15.305Z" };
  const before = { ...base, hook_event_name: "BeforeTool" };
  const shown = { command: "sh show.sh", description: "x" };
  const response = {
    llmContent: `<untrusted_context>\nOutput: key is ${key}\nProcess Group PGID: 12312\n</untrusted_context>`,
    returnDisplay: `key is ${key}`,
  };
  const after = { ...base, hook_event_name: "AfterTool", tool_name: "run_shell_command", tool_input: shown };
  const all = [
    ["pass", { ...base, hook_event_name: "BeforeAgent", prompt: "go" }],
    ["pass", { ...before, tool_name: "run_shell_command", tool_input: shown }],
    ["redact", { ...after, tool_response: response }],
    [
      "refuse",
      {
        ...before,
        tool_name: "write_file",
        tool_input: { file_path: `${cwd}/x.env`, content: `K=${key}\n` },
      },
    ],
    ["refuse", { ...before, tool_name: "run_shell_command", tool_input: { command: skipsHooks } }],
    ["refuse", { ...before, tool_name: "read_file", tool_input: { file_path: ".env" } }],
  ] as const;
  return all.map(([expected, event]) => ({ agent: "gemini", asked: null, expected, event }));
}

/** Copilot CLI 1.0.102 */
function copilot(key: string): readonly RecordedEvent[] {
  const base = { sessionId: session.session_id, timestamp: 1_795_942_062_937, cwd };
  const run = (command: string): JsonRecord => ({
    command,
    description: "x",
    initial_wait: 10,
    mode: "sync",
  });
  const shown = { ...base, toolName: "bash", toolArgs: run("sh show.sh") };
  const toolResult = {
    resultType: "success",
    textResultForLlm: `key is ${key}\n<shellId: 0 completed with exit code 0>`,
  };
  const written = { path: `${cwd}/x.env`, file_text: `K=${key}\n` };
  const all = [
    ["userPromptSubmitted", "pass", { ...base, prompt: "go" }],
    ["preToolUse", "pass", shown],
    ["postToolUse", "redact", { ...shown, toolResult }],
    ["preToolUse", "refuse", { ...base, toolName: "create", toolArgs: written }],
    ["preToolUse", "refuse", { ...base, toolName: "bash", toolArgs: run(skipsHooks) }],
  ] as const;
  return all.map(([asked, expected, event]) => ({ agent: "copilot", asked, expected, event }));
}
