import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeInventoryClient } from "@keywarden/management";
import { findPostgres, startPostgres } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer } from "@keywarden/testing/programs";
import { expect, onTestFinished } from "vitest";

/** The built terminal. */
export const terminalProgram = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const hasTmux = spawnSync("tmux", ["-V"]).status === 0;
const noTmux = hasTmux ? "" : "tmux is not on PATH";
const found = findPostgres();
const noPostgres = "missing" in found ? found.missing : "";

/** Both storages, each with the reason why it cannot be tried here. */
export const storages = [
  { storage: "SQLite", note: noTmux },
  { storage: "PostgreSQL", note: noTmux || noPostgres },
] as const;

/** Starts a built key server over a storage, in a folder; it ends with the test. */
export async function startServer(storage: string, folder: string) {
  const postgres = storage === "PostgreSQL" ? await startPostgres() : null;
  onTestFinished(() => postgres?.stop());
  const server = await startKeyServer({
    file: builtProgram("key-server"),
    directory: join(folder, "data"),
    env: { ...process.env, ...(postgres !== null && { DATABASE_URL: postgres.url }) },
  });
  onTestFinished(async () => void (await server.program.stop()));
  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token, timeoutMs: 90_000 });
  return { server, inventory };
}

/** A shell in a real terminal; it ends with the test. */
export function openShell(folder: string, env: Readonly<Record<string, string>> = {}) {
  const variables = Object.entries(env)
    .map(([name, value]) => `${name}='${value}'`)
    .join(" ");
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", join(folder, "socket"), "-f", "/dev/null", ...args], { encoding: "utf8" });
  tmux("new-session", "-d", "-x", "120", "-y", "30", "-c", folder, `${variables} PS1='ready> ' sh`);
  // What programs copy by OSC 52 becomes a buffer.
  tmux("set-option", "-g", "set-clipboard", "on");
  // Every byte that the terminal was ever sent.
  tmux("pipe-pane", "-o", `cat >> '${join(folder, "bytes")}'`);
  onTestFinished(() => void tmux("kill-server"));
  const screen = (): string => tmux("capture-pane", "-p");
  return {
    bytes: () => readFileSync(join(folder, "bytes"), "utf8"),
    press: (...keys: readonly string[]) => void tmux("send-keys", ...keys),
    type: (text: string) => void tmux("send-keys", "-l", text),
    /** Clicks a cell, counted from 1, as a terminal tells those who ask for its mouse. */
    click: (column: number, row: number) =>
      void tmux("send-keys", "-l", `\u001B[<0;${column};${row}M\u001B[<0;${column};${row}m`),
    /** What was copied last; empty where nothing was. */
    clipboard: () => (tmux("list-buffers") === "" ? "" : tmux("show-buffer")),
    resize: (columns: number, rows: number) =>
      void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    shows: async (text: string | RegExp) => {
      await expect.poll(screen).toMatch(text);
    },
    /** Runs a command by its name, once that is there: an Enter that arrives glued to what is typed runs nothing. */
    command: async (text: string) => {
      tmux("send-keys", "-l", `:${text}`);
      await expect.poll(screen).toContain(`: ${text}▏`);
      tmux("send-keys", "Enter");
    },
    /**
     * Presses escape until the dialog is closed: what comes too soon after it opened was not meant for it. In the form in
     * which nothing that follows makes it alt with another key: the last press may not have been read by then.
     */
    closeDialog: async () => {
      const pressAgain = (): string => {
        if (!screen().includes("normal ·")) tmux("send-keys", "-l", "\u001B[27u");
        return screen();
      };
      await expect.poll(pressAgain).toContain("normal ·");
    },
    /** Types until it is there: what comes too soon after a dialog opened was not meant for it. */
    fill: async (text: string) => {
      const fillAgain = (): string => {
        if (!screen().includes(`: ${text}▏`)) {
          tmux("send-keys", "C-u");
          tmux("send-keys", "-l", text);
        }
        return screen();
      };
      await expect.poll(fillAgain).toContain(`: ${text}▏`);
    },
    /** Ends or stops what runs in the shell from outside, as a machine that fails does. */
    signal: (signal: "SIGKILL" | "SIGSTOP") => {
      const pid = tmux("display-message", "-p", "#{pane_pid}").trim();
      const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
      // 0 would be this process and all of its group.
      if (child === "") throw new Error("nothing runs in the shell");
      process.kill(Number(child), signal);
    },
    screen,
  };
}
