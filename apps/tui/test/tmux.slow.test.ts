import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeInventoryClient } from "@keywarden/management";
import { findPostgres, makeTemporaryDirectory, startPostgres } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer } from "@keywarden/testing/programs";
import { expect, onTestFinished, test } from "vitest";

const tui = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const hasTmux = spawnSync("tmux", ["-V"]).status === 0;
const noTmux = hasTmux ? "" : "tmux is not on PATH";
const found = findPostgres();
const noPostgres = "missing" in found ? found.missing : "";

/** A shell in a real terminal. */
function openShell(folder: string) {
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", join(folder, "socket"), "-f", "/dev/null", ...args], { encoding: "utf8" });
  tmux("new-session", "-d", "-x", "120", "-y", "30", "-c", folder, "PS1='ready> ' sh");
  onTestFinished(() => void tmux("kill-server"));
  const screen = (): string => tmux("capture-pane", "-p");
  return {
    press: (...keys: readonly string[]) => void tmux("send-keys", ...keys),
    type: (text: string) => void tmux("send-keys", "-l", text),
    resize: (columns: number, rows: number) =>
      void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    shows: async (text: string | RegExp) => {
      await expect.poll(screen).toMatch(text);
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
    /** Ends what runs in the shell as a machine that fails does. */
    kill: () => {
      const pid = tmux("display-message", "-p", "#{pane_pid}").trim();
      const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
      process.kill(Number(child), "SIGKILL");
    },
  };
}

const storages = [
  ["SQLite", noTmux],
  ["PostgreSQL", noTmux || noPostgres],
] as const;

test.for(storages.map(([storage, note]) => ({ storage, note })))(
  "an operator filters, resizes, suspends, revokes and comes back after a kill: $storage",
  async ({ storage, note }, { skip }) => {
    skip(note !== "", note);
    const folder = makeTemporaryDirectory();
    onTestFinished(() => folder.remove());
    const postgres = storage === "PostgreSQL" ? await startPostgres() : null;
    onTestFinished(() => postgres?.stop());
    const server = await startKeyServer({
      file: builtProgram("key-server"),
      directory: join(folder.path, "data"),
      env: { ...process.env, ...(postgres !== null && { DATABASE_URL: postgres.url }) },
    });
    onTestFinished(async () => void (await server.program.stop()));
    const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
    const made = [];
    for (const name of ["alpha", "beta", "gamma"])
      made.push(
        await inventory.create({ provider: "aforo", name, kind: "secret", environment: "production" }),
      );
    const shell = openShell(folder.path);
    const start = `'${process.execPath}' '${tui}' --server ${server.url} --token-file '${server.tokenFile}' --screen keys --write`;
    await shell.shows("ready>");
    shell.type(start);
    shell.press("Enter");
    await shell.shows("within 2 s");
    shell.type("/beta");
    await shell.shows("1 of 3");
    shell.press("Enter");
    await shell.shows("filter beta");
    shell.resize(50, 12);
    await shell.shows(/> ? ?beta/);
    shell.resize(120, 30);
    await shell.shows("1 of 3");
    shell.press("C-z");
    await shell.shows(/ready> *$/m);
    shell.type("fg");
    shell.press("Enter");
    await shell.shows("1 of 3");
    shell.type("x");
    await shell.shows("Revoke");
    await shell.fill("beta");
    shell.press("Enter");
    await shell.shows(/Revoked|revoked/);
    expect((await inventory.show(made[1]?.key.id ?? "")).state).toBe("revoked");
    shell.kill();
    // The shell says "Killed", of which a control sequence that was cut off may swallow a letter.
    await shell.shows(/illed[^\n]*\s+ready> *$/m);
    // What was killed could not give the terminal back; this is what operators type then.
    shell.type("stty sane");
    shell.press("C-j");
    shell.type(start);
    shell.press("C-j");
    await shell.shows(/3 keys[\s\S]*within 2 s/);
    shell.type("q");
    await shell.shows(/ready> *$/m);
  },
);
