import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface AgentSearch {
  /** The project's top. */
  readonly top: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the histories of shells count as well. */
  readonly withHistories: boolean;
}

/** Where coding agents keep transcripts, settings and what is connected to them, from the home folder. */
const ofThePerson: readonly string[] = [
  ".claude",
  ".claude.json",
  ".codex",
  ".cursor",
  ".gemini",
  ".copilot",
  ".config/github-copilot",
  ".config/Claude/claude_desktop_config.json",
  "Library/Application Support/Claude/claude_desktop_config.json",
  "AppData/Roaming/Claude/claude_desktop_config.json",
  ".config/Code/User/mcp.json",
  "Library/Application Support/Code/User/mcp.json",
  ".codeium/windsurf/mcp_config.json",
];

const ofTheProject: readonly string[] = [
  ".mcp.json",
  ".claude",
  ".codex",
  ".cursor",
  ".gemini",
  ".vscode/mcp.json",
  ".github/hooks",
];

const histories: readonly string[] = [
  ".bash_history",
  ".zsh_history",
  ".local/share/fish/fish_history",
  ".python_history",
  ".node_repl_history",
  ".psql_history",
  ".mysql_history",
  ".sqlite_history",
];

/** Gives the locations of coding agents that exist on this machine, absolute; shells' histories on request. */
export function listAgentLocations({ top, env, withHistories }: AgentSearch): readonly string[] {
  const home = env["HOME"] ?? homedir();
  const own = [...ofThePerson, ...(withHistories ? histories : [])].map((path) => join(home, path));
  const moved = [env["CLAUDE_CONFIG_DIR"], env["CODEX_HOME"]].filter(
    (path) => path !== undefined && path !== "",
  );
  const project = ofTheProject.map((path) => join(top, path));
  const locations = new Set([...own, ...moved.map((path) => path ?? ""), ...project]);
  return [...locations].filter((path) => existsSync(path));
}
