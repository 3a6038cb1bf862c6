import { runTrial } from "../hook/plant-key.ts";
import { plantedLine } from "../hook/plant-key.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import type { GuardDialect, JsonRecord } from "./guard-event.ts";

/** What a trial came to: 0 it refuses, 1 it does not, 2 could not tell. */
export interface GuardProof {
  readonly status: ExitStatus;
  readonly text: string;
}

interface Location {
  readonly file: string;
  readonly top: string;
}

/** Runs the installed command over an event with a key that was made this moment, and says whether it is refused. */
export async function proveGuard(
  { id, name, review }: GuardDialect,
  commands: ReadonlyMap<string, string>,
  { file, top }: Location,
  { env }: Pick<Terminal, "env">,
): Promise<GuardProof> {
  const [event, command] = [...commands].find(([one]) => /^(?:pre|before)tool(?:use)?$/i.test(one)) ?? [];
  if (event === undefined || command === undefined) {
    const remedy = `keywarden guard install --agent ${id}`;
    return { status: 1, text: `${name} is not guarded: ${file} has no hook of keywarden; ${remedy}` };
  }
  const trial = { ...env, CLAUDE_PROJECT_DIR: top, GEMINI_PROJECT_DIR: top };
  const input = JSON.stringify(plantedEvent(event, top));
  const args = ["-c", `printf '%s' "$1" | { ${command}; }`, "sh", input];
  const { status, output } = await runTrial("sh", args, top, trial, 60_000);
  if (status === 0 && /"(?:permissionDecision|permission|decision)":"deny"/.test(output)) {
    const text = `the hook in ${file} refuses a tool that would write a key: tested with a new key`;
    return {
      status: 0,
      text: [`${name} is guarded: ${text}`, ...(review === null ? [] : [review])].join("\n"),
    };
  }
  const said = output.trim().split("\n").slice(0, 3).join(" / ");
  return { status: status === 0 ? 1 : 2, text: `the hook in ${file} does not refuse a key: ${said}` };
}

function plantedEvent(event: string, cwd: string): JsonRecord {
  const input = { file_path: "planted.env", content: plantedLine() };
  return {
    hook_event_name: event,
    cwd,
    tool_name: "Write",
    tool_input: input,
    toolName: "create",
    toolArgs: JSON.stringify(input),
  };
}
