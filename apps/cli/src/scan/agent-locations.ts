import { lstatSync, readdirSync, realpathSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join, sep } from "node:path";
import { homeFolder } from "./home-folder.ts";

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

/**
 * Gives the locations of coding agents that exist on this machine or cannot be looked at, absolute; shells' histories on
 * request. Links in them that lead out are locations of their own: many people keep settings with their dotfiles.
 */
export function listAgentLocations({ top, env, withHistories }: AgentSearch): readonly string[] {
  const home = homeFolder(env);
  const own = [...ofThePerson, ...(withHistories ? histories : [])].map((path) => join(home, path));
  const moved = [env["CLAUDE_CONFIG_DIR"], env["CODEX_HOME"], env["COPILOT_HOME"]].filter(
    (path) => path !== undefined && path !== "",
  );
  const project = ofTheProject.map((path) => join(top, path));
  const locations = new Set([...own, ...moved.map((path) => path ?? ""), ...project]);
  return withLinks([...locations].filter(mayExist));
}

function withLinks(locations: readonly string[]): readonly string[] {
  const all = new Set(locations);
  const entered = new Set<string>();
  // What is added while it runs is gone through as well.
  for (const location of all) {
    const top = realPath(location);
    if (top === null) continue;
    const open = [top];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      if (entered.has(folder)) continue;
      entered.add(folder);
      for (const entry of entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) open.push(path);
        else if (entry.isSymbolicLink() && leadsOut(path, top)) all.add(path);
      }
    }
  }
  return [...all];
}

function leadsOut(link: string, top: string): boolean {
  const target = realPath(link);
  return target === null || (target !== top && !target.startsWith(`${top}${sep}`));
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

// A folder that cannot be read is told by the scan, and a file has no entries.
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

// What cannot be looked at is listed, so that the scan says that it could not be read.
function mayExist(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
