import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  linkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { live, restricted } from "./command.ts";
import { runHere } from "./terminal.ts";

describe("keywarden redact", () => {
  it("masks keys in every encoding of a transcript, keeps its mode, and keeps the old one for its owner", async () => {
    using place = makeTemporaryDirectory();
    const file = join(place.path, "session.jsonl");
    const encoded = Buffer.from(live).toString("base64");
    const text = `{"text":"use ${live}"}\n{"text":"or ${encoded}"}\n{"text":"é ${restricted}"}\n`;
    writeFileSync(file, text);
    chmodSync(file, 0o640);
    const { status, stdout } = await runHere(["redact", "session.jsonl"], { directory: place.path });
    expect([status, stdout]).toEqual([
      0,
      "session.jsonl: 3 keys masked; session.jsonl.unredacted is the old file: delete it when nothing is missing\n",
    ]);
    const masked = readFileSync(file, "utf8");
    expect(masked).not.toContain(live);
    expect(masked).not.toContain(encoded);
    expect(
      masked
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
    ).toHaveLength(3);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${file}.unredacted`, "utf8")).toBe(text);
    expect(statSync(`${file}.unredacted`).mode & 0o777).toBe(0o600);
    expect((await runHere(["scan", "session.jsonl"], { directory: place.path })).status).toBe(0);
  });

  it("changes nothing where it cannot mask, and says why", async () => {
    using place = makeTemporaryDirectory();
    const put = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(place.path, name), content);
      return name;
    };
    mkdirSync(join(place.path, "folder"));
    put("again.txt", `k=${live}\n`);
    put("again.txt.unredacted", "older\n");
    for (const [name, words] of [
      [put("data.db", `\0\0k=${live}\0`), "it is not text"],
      [put("log.gz", gzipSync(`k=${live}\n`)), "unchanged"],
      ["folder", "not a regular file"],
      ["nowhere", "there is no such file or folder"],
      ["again.txt", "there is a backup already"],
    ] as const) {
      const path = join(place.path, name);
      const content = (): string =>
        existsSync(path) && name !== "folder" ? readFileSync(path, "latin1") : "";
      const before = content();
      const { status, stderr } = await runHere(["redact", name], { directory: place.path });
      expect(status).toBe(2);
      expect(stderr).toContain(words);
      expect(content()).toBe(before);
    }
    put("clean.txt", "nothing\n");
    expect(await runHere(["redact", "clean.txt"], { directory: place.path })).toMatchObject({
      status: 0,
      stdout: "clean.txt: no key in it, so it is unchanged\n",
    });
  });

  it("masks what a link leads to", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "real.txt"), `k=${live}\n`);
    symlinkSync("real.txt", join(place.path, "link.txt"));
    const { status, stdout } = await runHere(["redact", "link.txt"], { directory: place.path });
    expect(status).toBe(0);
    expect(readFileSync(join(place.path, "real.txt"), "utf8")).not.toContain(live);
    const backup = join(realpathSync(place.path), "real.txt.unredacted");
    expect(stdout).toContain(`${backup} is the old file`);
    expect(existsSync(backup)).toBe(true);
  });

  it("says that a hard link still leads to the keys", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "log.txt"), `k=${live}\n`);
    linkSync(join(place.path, "log.txt"), join(place.path, "other.txt"));
    const { status, stdout, stderr } = await runHere(["redact", "log.txt"], { directory: place.path });
    expect([status, stderr]).toEqual([
      2,
      "keywarden: log.txt has another name (hard links): there the keys still are\n",
    ]);
    expect(stdout).toContain("log.txt: 1 key masked; log.txt.unredacted is the old file");
  });
});

describe("keywarden scan --agents", () => {
  it("scans transcripts, settings and MCP configurations, and histories only on request", async () => {
    using place = makeTemporaryDirectory();
    const write = (path: string, text: string): void => {
      mkdirSync(join(place.path, path, ".."), { recursive: true });
      appendFileSync(join(place.path, path), text);
    };
    const env = { HOME: place.path };
    const directory = join(place.path, "project");
    mkdirSync(directory);
    const nothing = await runHere(["scan", "--agents"], { directory, env });
    expect(nothing.status).toBe(0);
    expect(nothing.stderr).toContain("no coding agent has left anything here");
    write(".claude/projects/shop/1.jsonl", `{"text":"${live}"}\n`);
    write(".codex/config.toml", `key = "${live}"\n`);
    write("project/.mcp.json", `{"env":{"KEY":"${live}"}}\n`);
    write(".bash_history", `export KEY=${live}\n`);
    const { status, stdout } = await runHere(["scan", "--agents", "--format", "json"], { directory, env });
    const paths = (text: string): readonly string[] =>
      (JSON.parse(text) as { findings: readonly { path: string }[] }).findings.map(({ path }) => path);
    expect(status).toBe(1);
    expect(paths(stdout)).toHaveLength(3);
    const more = await runHere(["scan", "--agents", "--shell-history", "--format", "json"], {
      directory,
      env,
    });
    expect(paths(more.stdout)).toHaveLength(4);
    write("moved/session.jsonl", `{"text":"${live}"}\n`);
    const moved = { ...env, COPILOT_HOME: join(place.path, "moved") };
    const there = await runHere(["scan", "--agents", "--format", "json"], { directory, env: moved });
    expect(paths(there.stdout)).toHaveLength(4);
    const both = await runHere(["scan", "--agents", "src"], { directory, env });
    expect(both.stderr).toContain("Scan one thing at a time");
  });

  it("follows links, and could not tell of what it cannot look at", async () => {
    using place = makeTemporaryDirectory();
    const directory = join(place.path, "project");
    const home = join(place.path, "home");
    for (const folder of [directory, join(home, ".claude"), join(place.path, "dotfiles/inner")])
      mkdirSync(folder, { recursive: true });
    writeFileSync(join(place.path, "dotfiles/inner/1.jsonl"), `{"text":"${live}"}\n`);
    writeFileSync(join(place.path, "settings.json"), `{"env":{"KEY":"${live}"}}\n`);
    symlinkSync(join(place.path, "dotfiles"), join(home, ".claude/projects"));
    symlinkSync("..", join(place.path, "dotfiles/inner/round"));
    symlinkSync(join(place.path, "settings.json"), join(home, ".claude/settings.json"));
    const scan = (): ReturnType<typeof runHere> =>
      runHere(["scan", "--agents"], { directory, env: { HOME: home } });
    const { status, stdout } = await scan();
    expect(status).toBe(1);
    expect(stdout).toContain("2 keys found");
    expect(stdout).toContain("What stands in a transcript has left this machine: revoke it");
    expect(stdout).toMatch(/^ +keywarden redact -- \S+ \S+$/m);
    symlinkSync(".codex", join(home, ".codex"));
    const round = await scan();
    expect(round.status).toBe(2);
    expect(round.stdout).toContain("could not read");
  });
});
