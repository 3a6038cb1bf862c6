// npm run screenshots: what the built programs show in a real terminal, and in a browser, for the README. Needs git, tmux and Chromium.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { aforo } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { drawConsole } from "./draw-console.ts";
import { renderSvg } from "./render-svg.ts";

const root = join(import.meta.dirname, "../..");
const program = (app: string): string => join(root, "apps", app, "dist/main.js");
const images = join(root, "docs/images");
const dayMs = 86_400_000;

using folder = makeTemporaryDirectory();
const env = { ...process.env, HOME: folder.path, TERM: "xterm-256color", FORCE_COLOR: "1" };
mkdirSync(images, { recursive: true });

await blockedCommit();
await inventory();

async function blockedCommit(): Promise<void> {
  const repository = join(folder.path, "web-shop");
  const key = makeKey(aforo, { kind: "secret", environment: "production" });
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], {
      cwd: repository,
      env,
    });
  mkdirSync(repository);
  git("init", "--quiet", "--initial-branch=main");
  mkdirSync(join(repository, "src"));
  execFileSync(process.execPath, [program("cli"), "hook", "install"], { cwd: repository, env });
  writeFileSync(join(repository, "src/billing.ts"), `export const key = "${key.reveal()}";\n`);
  git("add", "--all");
  const args = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-m", "Add billing"];
  // `script` gives git a terminal, so that what it shows is what a developer sees.
  const { stdout } = spawnSync(
    "script",
    ["-qec", `stty cols 100; git ${args.map((arg) => `'${arg}'`).join(" ")}`, "/dev/null"],
    {
      cwd: repository,
      env: { ...env, COLUMNS: "100" },
      encoding: "utf8",
    },
  );
  const shown = `$ git commit -m "Add billing"\n${stdout.replaceAll(folder.path, "~")}`;
  assertNoKey(shown, [key]);
  const rows = shown.trimEnd().split("\n").length;
  const title = "A commit that adds a key is blocked, with what to do";
  writeFileSync(
    join(images, "blocked-commit.svg"),
    await renderSvg(shown.trimEnd(), { columns: 104, rows, title }),
  );
}

async function inventory(): Promise<void> {
  const policy = join(folder.path, "policy.json");
  writeFileSync(policy, JSON.stringify({ departed: ["ben"] }));
  const server = await startKeyServer({
    file: program("key-server"),
    directory: join(folder.path, "keys"),
    env,
    args: ["--policy", policy],
  });
  try {
    const rows = join(folder.path, "keys.jsonl");
    writeFileSync(
      rows,
      inventoryRows()
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(""),
    );
    const connection = ["--server", server.url, "--token-file", server.tokenFile];
    execFileSync(process.execPath, [program("cli"), "keys", "import", rows, "--yes", ...connection], { env });
    const [columns, lines] = [120, 18];
    const tmux = (...args: readonly string[]): string =>
      execFileSync("tmux", ["-L", `keywarden-${process.pid}`, ...args], { env, encoding: "utf8" });
    const command = `'${process.execPath}' '${program("tui")}' ${connection.map((word) => `'${word}'`).join(" ")} --screen keys`;
    tmux("-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", String(lines), command);
    try {
      const isRead = (text: string): boolean => text.includes("billing") && !/reading|loading/.test(text);
      await waitFor(() => isRead(tmux("capture-pane", "-p")));
      const shown = tmux("capture-pane", "-p", "-e").replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:7300 ");
      const title = "The terminal UI: keys, their rotation status and their use";
      writeFileSync(
        join(images, "terminal-ui.svg"),
        await renderSvg(shown.trimEnd(), { columns, rows: lines, title }),
      );
    } finally {
      tmux("kill-server");
    }
    await drawConsole(server, images);
  } finally {
    await server.program.stop();
  }
}

/** An inventory in which every state is to be seen. */
function inventoryRows(): readonly Readonly<Record<string, unknown>>[] {
  const now = Date.now();
  const ago = (days: number): string => new Date(now - days * dayMs).toISOString();
  const row = (
    name: string,
    provider: string,
    environment: string,
    ageDays: number,
    unusedDays: number | null,
    owner: string,
  ) => ({
    name,
    provider,
    environment,
    owner,
    sha256: createHash("sha256").update(`${provider} ${name}`).digest("hex"),
    createdAt: ago(ageDays),
    ...(unusedDays === null ? {} : { lastUsedAt: ago(unusedDays) }),
  });
  return [
    row("billing", "aforo", "production", 8, 0, "ann"),
    row("billing, old", "aforo", "production", 132, 1, "ann"),
    row("ingest", "aforo", "production", 84, 0, "team-data"),
    row("ingest, staging", "aforo", "sandbox", 20, 3, "team-data"),
    row("web shop", "example", "production", 96, 0, "ben"),
    row("reports", "example", "production", 61, 45, "ben"),
    row("tenant portal", "azotte", "production", 88, 2, "cara"),
    row("nightly export", "azotte", "production", 140, 120, "cara"),
    row("mobile", "aero2", "production", 33, 0, "team-app"),
    row("partner feed", "aurora-solar", "production", 12, null, "dev"),
  ];
}

async function waitFor(isThere: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (isThere()) return;
    await delay(100);
  }
  throw new Error("the terminal UI did not show the inventory within 10 s");
}
