import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, inject, it } from "vitest";
import { agentDialects } from "../src/guard/dialects/dialects.ts";
import { keywarden, live } from "./command.ts";

// Settings of a project without the package call the program by its name.
function onPath({ env, outside }: TestRepository): Record<string, string> {
  const bin = join(outside, "bin");
  mkdirSync(bin, { recursive: true });
  const start = `#!/bin/sh\nexec '${process.execPath}' '${inject("programWithoutShortcut")}' "$@"\n`;
  writeFileSync(join(bin, "keywarden"), start, { mode: 0o755 });
  return { ...env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
}

const check = (input: string | Uint8Array, directory: string, agent = "claude") =>
  keywarden(["guard", "check", "--agent", agent], { directory, input });

const deeplyNested = JSON.stringify({
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_input: "deep",
}).replace('"deep"', "[".repeat(200_000) + "]".repeat(200_000));

describe("keywarden guard check", () => {
  it("refuses what it cannot read with 2, in a sentence that names it", async () => {
    using repo = await makeRepository();
    for (const [input, words] of [
      ["", "it is not JSON"],
      ["[1]", "not a JSON object"],
      ['{"hook_event_name":"Later"}', 'unknown event "Later". The events are PreToolUse'],
      ['{"hook_event_name":"PreToolUse"}', "tool_name is missing"],
      ['{"hook_event_name":7}', "hook_event_name is number"],
      [deeplyNested, "it is nested too deeply"],
      [
        `{"hook_event_name":"PreToolUse","tool_name":"Write","tool_input":{"content":"k=${live}","content":"a"}}`,
        "names a member twice",
      ],
      [
        String.raw`{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls","comm\u0061nd" : "\\"}}`,
        "names a member twice",
      ],
      [Buffer.from([0xff, 0xfe, 0x00]), "it is not JSON"],
    ] as const) {
      const { status, stdout, stderr } = await check(input, repo.path);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain("..");
      expect(stderr).toContain("https://code.claude.com/docs/en/hooks");
    }
  });

  it("stops a push that would send a key, and lets one pass that would not", async () => {
    using repo = await makeRepository();
    repo.write("readme.md", "hello\n");
    await repo.commit("first");
    const push = JSON.stringify({
      hook_event_name: "PreToolUse",
      cwd: repo.path,
      tool_name: "Bash",
      tool_input: { command: "git push origin main" },
    });
    expect(await check(push, repo.path)).toMatchObject({ status: 0, stdout: "" });
    repo.write("config.env", `API_KEY=${live}\n`);
    await repo.commit("with a key");
    const elsewhere = JSON.stringify({ ...(JSON.parse(push) as object), cwd: join(repo.path, "nowhere") });
    expect((await check(elsewhere, repo.path)).stdout).toContain("nobody can tell what would be pushed");
    const { stdout } = await check(push, repo.path);
    expect(stdout).toContain('"permissionDecision":"deny"');
    expect(stdout).toContain("config.env:1 in commit");
  });

  it("knows the project's own keys, and refuses where its configuration is broken", async () => {
    using repo = await makeRepository();
    repo.write("keywarden.json", "{");
    const event = (path: string) =>
      JSON.stringify({
        hook_event_name: "PreToolUse",
        cwd: repo.path,
        tool_name: "Write",
        tool_input: { file_path: path, content: "{}" },
      });
    expect((await check(event("a.json"), repo.path)).stdout).toContain("keywarden.json");
    expect((await check(event("keywarden.json"), repo.path)).stdout).toBe("");
  });
});

it("answers an event of any size, and refuses one that is larger than 32 MiB", async () => {
  using repo = await makeRepository();
  const event = (size: number) =>
    JSON.stringify({ hook_event_name: "UserPromptSubmit", cwd: repo.path, prompt: "x ".repeat(size) });
  expect(await check(event(1_000_000), repo.path)).toMatchObject({ status: 0, stdout: "" });
  expect((await check(event(17_000_000), repo.path)).stderr).toContain("it is larger than 32 MiB");
});

describe.each(agentDialects)("keywarden guard install --agent $id", ({ id, settings }) => {
  it("keeps what is there, fires, is stable, and goes without a trace", async () => {
    using repo = await makeRepository();
    const file = join(repo.path, settings.file);
    const theirs = `${JSON.stringify(
      { version: 1, theme: "dark", hooks: { other: [{ command: "true" }] } },
      null,
      2,
    )}\n`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, theirs);
    const env = onPath(repo);
    const guard = (action: string) =>
      keywarden(["guard", action, "--agent", id], { directory: repo.path, env });
    expect((await guard("status")).status).toBe(1);
    const installed = await guard("install");
    expect(installed.stdout).toContain("refuses a tool that would write a key: tested with a new key");
    expect(installed.status).toBe(0);
    const once = readFileSync(file, "utf8");
    expect(once).not.toContain(process.execPath);
    expect(JSON.parse(once)).toMatchObject({ theme: "dark", hooks: { other: [{ command: "true" }] } });
    await guard("install");
    expect(readFileSync(file, "utf8")).toBe(once);
    expect((await guard("uninstall")).status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(theirs);
  });
});

it.each([
  ["copilot", {}, ".copilot/hooks/keywarden.json"],
  ["claude", { CLAUDE_CONFIG_DIR: "moved" }, "moved/settings.json"],
  ["codex", { CODEX_HOME: "moved" }, "moved/hooks.json"],
] as const)("is installed for a person where %s looks for it, given %o", async (agent, moved, file) => {
  using repo = await makeRepository();
  const variables = Object.entries(moved).map(([name, folder]) => [name, join(repo.outside, folder)]);
  const env = { ...onPath(repo), HOME: repo.outside, ...Object.fromEntries(variables) };
  const args = ["guard", "install", "--agent", agent, "--user"];
  const { status, stdout } = await keywarden(args, { directory: repo.path, env });
  expect([status, stdout]).toEqual([0, expect.stringContaining(join(repo.outside, file))]);
});

it("lists every agent: which is guarded, proved, and which is used without", async () => {
  using repo = await makeRepository();
  const home = join(repo.outside, "home of jo");
  mkdirSync(home);
  const moved = { CLAUDE_CONFIG_DIR: undefined, CODEX_HOME: undefined, COPILOT_HOME: undefined };
  const place = { directory: repo.path, env: { ...onPath(repo), ...moved, HOME: home } };
  const none = await keywarden(["guard", "status"], place);
  expect([none.status, none.stdout.match(/is not guarded, and nothing here shows/g)?.length]).toEqual([1, 5]);
  expect(none.stdout).toContain("No agent is guarded here");

  await keywarden(["guard", "install", "--agent", "gemini"], place);
  await keywarden(["guard", "install", "--agent", "claude", "--user"], place);
  const two = await keywarden(["guard", "status"], place);
  expect(two.status).toBe(0);
  expect(two.stdout).toContain(
    `ok  Gemini CLI is guarded: the hook in ${join(repo.path, ".gemini/settings.json")}`,
  );
  expect(two.stdout).toContain(
    `ok  Claude Code is guarded: the hook in ${join(home, ".claude/settings.json")}`,
  );

  mkdirSync(join(home, ".codex"));
  const used = await keywarden(["guard", "status"], place);
  expect(used.status).toBe(1);
  expect(used.stdout).toContain(
    `BAD Codex is not guarded, and ${join(home, ".codex")} shows that it is used; keywarden guard install --agent codex`,
  );
  for (const args of [["install"], ["check"], ["status", "--user"]])
    expect((await keywarden(["guard", ...args], { ...place, input: "{}" })).status).toBe(2);
});

it("is proved by keywarden doctor", async () => {
  using repo = await makeRepository();
  const place = { directory: repo.path, env: onPath(repo) };
  await keywarden(["guard", "install", "--agent", "gemini"], place);
  const file = join(repo.path, ".gemini/settings.json");
  expect((await keywarden(["doctor"], place)).stdout).toContain("ok  Gemini CLI is guarded: the hook in");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("keywarden guard", "gone guard"));
  expect((await keywarden(["doctor"], place)).stdout).toContain("??  the hook in");
});

it("leaves settings alone that are not plain JSON", async () => {
  using repo = await makeRepository();
  repo.write(".claude/settings.json", "{ // mine\n}");
  const { status, stderr } = await keywarden(["guard", "install", "--agent", "claude"], {
    directory: repo.path,
    env: repo.env,
  });
  expect(status).toBe(2);
  expect(stderr).toContain("is not plain JSON and is left unchanged");
});
