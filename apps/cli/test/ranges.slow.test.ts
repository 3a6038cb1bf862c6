import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { placeOf, keywarden, live, restricted, scanJson, test } from "./command.ts";
import { parseSince, readCiRun } from "@keywarden/repository-scan";
import { makeProgress, renderProgress } from "../src/progress.ts";
import { run } from "../src/run.ts";

const nothing = "0".repeat(40);

/** Two commits on main with an old key, and a branch with one commit that adds another. */
async function makeBranches(): Promise<TestRepository & { readonly ids: Readonly<Record<string, string>> }> {
  const repository = await makeRepository();
  repository.write("old", `${restricted}\n`);
  const base = await repository.commit("base");
  await repository.git("checkout", "-q", "-b", "feature");
  repository.write("old", `edited, ${restricted}\n`);
  repository.write("new", `${live}\n`);
  const feature = await repository.commit("feature");
  await repository.git("checkout", "-q", "main");
  repository.write("main", `${test}\n`);
  const main = await repository.commit("main");
  return { ...repository, ids: { base, feature, main } };
}

describe("keywarden scan --range and --since", () => {
  it("reports what the range adds and nothing that was there before", async () => {
    using repository = await makeBranches();
    const pathsOf = async (...args: readonly string[]): Promise<readonly unknown[]> =>
      (await scanJson(args, placeOf(repository))).findings.map(({ path }) => path);
    expect(await pathsOf("--range", "main..feature")).toEqual(["new"]);
    expect(await pathsOf("--range", "feature..main")).toEqual(["main"]);
    expect(new Set(await pathsOf("--range", "main...feature"))).toEqual(new Set(["main", "new"]));
    expect(await pathsOf("--range", "feature..")).toEqual(["main"]);
    expect(await pathsOf("--range", "main..main")).toEqual([]);
    const { summary } = await scanJson(["--range", "main..feature"], placeOf(repository));
    expect(summary).toMatchObject({
      mode: "history",
      scope: "main..feature",
      commits: { listed: 1, scanned: 1 },
    });
  });

  it("names the submodules that come in, and calls no range clean that has one", async () => {
    using library = await makeRepository();
    library.write("a", "x\n");
    await library.commit("a");
    using repository = await makeRepository();
    repository.write("a", "x\n");
    const before = await repository.commit("a");
    const add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "lib"];
    await repository.git(...add);
    const added = await repository.commit("with a submodule");
    repository.write("a", "y\n");
    await repository.commit("without a change of it");
    const place = placeOf(repository);
    const saysOf = async (...args: readonly string[]): Promise<string> =>
      (await keywarden(["scan", ...args], place)).stdout;
    const named =
      /^not read: lib: a submodule, whose commits are another repository's\nno keys found in what was read: /u;
    expect(await saysOf("--range", `${before}..${added}`)).toMatch(named);
    expect(await saysOf("--history")).toMatch(named);
    // The second scan reads little of it again.
    expect(await saysOf("--history")).toMatch(named);
    expect(await saysOf("--range", `${added}..HEAD`)).toMatch(/^no keys found: .*; nothing skipped\n$/u);
  });

  it("refuses what is no range, and ways to scan that exclude each other", async () => {
    using repository = await makeBranches();
    for (const args of [
      ["--range", "main"],
      ["--range", ".."],
      ["--range", "main..feture"],
      ["--range", "main..feature", "--staged"],
      ["--range", "main..feature", "src"],
      ["--ci", "--history"],
      ["--since", "some time"],
      ["--since", "2026-13-01"],
    ]) {
      const { status, stdout } = await keywarden(["scan", ...args], placeOf(repository));
      expect([args, status, stdout]).toEqual([args, 2, ""]);
    }
  });

  it("scans what was committed since a time", async () => {
    using repository = await makeBranches();
    const since = async (text: string): Promise<number> =>
      (await scanJson(["--since", text], placeOf(repository))).findings.length;
    expect(await since("2026-01-01T00:00:01Z")).toBe(2);
    expect(await since("2025-12-31")).toBe(3);
    expect(await since("2026-01-02")).toBe(0);
    expect(
      (await scanJson(["--history", "feature", "--since", "2026-01-01T00:00:01Z"], placeOf(repository)))
        .findings,
    ).toHaveLength(1);
  });

  it.each([
    ["36h", 36 * 3_600_000],
    ["90d", 90 * 86_400_000],
    ["2 weeks ago", 14 * 86_400_000],
    ["1 minute", 60_000],
  ])("reads %s as a span", (text, ms) => {
    expect(parseSince(text, 1e12)).toBe(1e12 - ms);
  });

  it.each([
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2026-01-31 12:30", Date.UTC(2026, 0, 31, 12, 30)],
    ["2026-01-31T12:30:15+02:00", Date.UTC(2026, 0, 31, 10, 30, 15)],
  ])("reads %s as a date", (text, ms) => {
    expect(parseSince(text, ms + 1)).toBe(ms);
  });
});

describe("keywarden scan --ci", () => {
  async function scanIn(
    repository: TestRepository,
    env: Readonly<Record<string, string>>,
    event?: unknown,
  ): Promise<{ readonly paths: readonly unknown[]; readonly scope: unknown }> {
    const path = join(repository.outside, "event.json");
    writeFileSync(path, JSON.stringify(event ?? {}));
    const own = { ...repository.env, ...(event === undefined ? {} : { GITHUB_EVENT_PATH: path }), ...env };
    const blank = {
      GITHUB_ACTIONS: undefined,
      GITLAB_CI: undefined,
      CIRCLECI: undefined,
      TF_BUILD: undefined,
      JENKINS_URL: undefined,
    };
    const { findings, summary } = await scanJson(["--ci"], {
      directory: repository.path,
      env: { ...blank, ...own },
    });
    return { paths: findings.map(({ path }) => path), scope: summary["scope"] };
  }

  it("scans what GitHub says of a push, a pull request and a merge queue", async () => {
    using repository = await makeBranches();
    const { base = "", feature = "", main = "" } = repository.ids;
    const github = (name: string, ref = "main"): Record<string, string> => ({
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: name,
      GITHUB_REF_TYPE: "branch",
      GITHUB_REF_NAME: ref,
      GITHUB_SHA: main,
    });
    const around = { repository: { default_branch: "main" } };
    const push = { ...around, before: base, after: main };
    expect((await scanIn(repository, github("push"), push)).paths).toEqual(["main"]);
    await repository.git("update-ref", "refs/remotes/origin/main", main);
    const created = { ...around, before: nothing, after: feature };
    expect(await scanIn(repository, github("push", "feature"), created)).toEqual({
      paths: ["new"],
      scope: `GitHub Actions, refs/remotes/origin/main..${feature}`,
    });
    const forced = { ...around, before: "1".repeat(40), after: feature };
    expect((await scanIn(repository, github("push", "feature"), forced)).paths).toEqual(["new"]);
    const first = { ...around, before: nothing, after: main };
    expect((await scanIn(repository, github("push"), first)).paths.length).toBe(2);
    const request = { ...around, pull_request: { base: { sha: main, ref: "main" }, head: { sha: feature } } };
    expect((await scanIn(repository, github("pull_request"), request)).paths).toEqual(["new"]);
    const queue = { ...around, merge_group: { base_sha: main, head_sha: feature } };
    expect((await scanIn(repository, github("merge_group"), queue)).paths).toEqual(["new"]);
    expect((await scanIn(repository, github("schedule"), around)).paths.length).toBe(2);
  });

  it("scans what the others say", async () => {
    using repository = await makeBranches();
    const { base = "", feature = "", main = "" } = repository.ids;
    await repository.git("update-ref", "refs/remotes/origin/main", main);
    const scan = async (env: Readonly<Record<string, string>>): Promise<readonly unknown[]> =>
      (await scanIn(repository, env)).paths;
    const gitlab = { GITLAB_CI: "true", CI_DEFAULT_BRANCH: "main" };
    expect(await scan({ ...gitlab, CI_COMMIT_SHA: feature, CI_COMMIT_BEFORE_SHA: base })).toEqual(["new"]);
    expect(await scan({ ...gitlab, CI_COMMIT_SHA: feature, CI_COMMIT_BEFORE_SHA: nothing })).toEqual(["new"]);
    expect(await scan({ ...gitlab, CI_COMMIT_SHA: feature, CI_MERGE_REQUEST_DIFF_BASE_SHA: base })).toEqual([
      "new",
    ]);
    expect(await scan({ CIRCLECI: "true", CIRCLE_SHA1: feature })).toEqual(["new"]);
    const azure = { TF_BUILD: "True", BUILD_SOURCEVERSION: feature };
    expect(await scan({ ...azure, SYSTEM_PULLREQUEST_TARGETBRANCH: "refs/heads/main" })).toEqual(["new"]);
    expect(await scan(azure)).toEqual(["new"]);
    const jenkins = { JENKINS_URL: "http://localhost/", GIT_COMMIT: feature };
    expect(await scan({ ...jenkins, GIT_PREVIOUS_SUCCESSFUL_COMMIT: base })).toEqual(["new"]);
    expect(await scan({ ...jenkins, CHANGE_TARGET: "main" })).toEqual(["new"]);
    expect(await scan({ PRE_COMMIT_FROM_REF: base, PRE_COMMIT_TO_REF: main })).toEqual(["main"]);
    // On the default branch nobody can say what is new, so all of it counts.
    expect((await scan({})).length).toBe(2);
  });

  it.each([
    ["GitHub Actions", { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push" }, "fetch-depth: 0"],
    ["GitLab CI", { GITLAB_CI: "true" }, 'GIT_DEPTH: "0"'],
    ["Azure Pipelines", { TF_BUILD: "True" }, "fetchDepth: 0"],
  ])("cannot tell in a shallow clone on %s, and says which setting helps", async (_name, env, setting) => {
    using repository = await makeBranches();
    const clone = join(repository.outside, "clone");
    await repository.git("clone", "-q", "--depth=1", `file://${repository.path}`, clone);
    const head = repository.ids["main"] ?? "";
    const all = {
      ...repository.env,
      ...env,
      GITHUB_SHA: head,
      CI_COMMIT_SHA: head,
      BUILD_SOURCEVERSION: head,
    };
    const { status, stdout, stderr } = await keywarden(["scan", "--ci"], { directory: clone, env: all });
    expect([status, stdout + stderr]).toEqual([2, expect.stringContaining("git fetch --unshallow")]);
    expect(stdout + stderr).toContain(setting);
  });

  it("does not take the commit that pull_request_target checks out for the one that is proposed", () => {
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: "pull_request_target",
      GITHUB_SHA: "1",
      GITHUB_EVENT_PATH: "x",
    };
    const event = { pull_request: { head: { sha: "2" }, base: { sha: "3", ref: "main" } } };
    expect(readCiRun(env, () => event)).toMatchObject({ heads: ["2"], before: ["3"] });
  });
});

describe("keywarden scan --staged under the pre-commit framework", () => {
  it("scans the range that it runs for, and all files when nothing is staged", async () => {
    using repository = await makeBranches();
    const { base = "", main = "" } = repository.ids;
    const scan = (env: Readonly<Record<string, string>>) =>
      scanJson(["--staged"], {
        directory: repository.path,
        env: { ...repository.env, PRE_COMMIT: "1", ...env },
      });
    const range = await scan({ PRE_COMMIT_FROM_REF: base, PRE_COMMIT_TO_REF: main });
    expect(range.findings.map(({ path }) => path)).toEqual(["main"]);
    const all = await scan({});
    expect(all.summary).toMatchObject({ mode: "paths", files: { listed: 2, scanned: 2 } });
    repository.write("staged", "nothing\n");
    await repository.git("add", "staged");
    expect((await scan({})).summary).toMatchObject({ mode: "staged", files: { listed: 1 } });
  });
});

describe("the progress bar", () => {
  it("of files tells of how many there are and how long the rest takes, and is silent off a terminal", async () => {
    using repository = await makeRepository();
    for (let index = 0; index < 10; index += 1) repository.write(`${index}.txt`, "x\n");
    const scan = async (argv: readonly string[], isErrorTerminal: boolean): Promise<string> => {
      let nowMs = 0;
      let stderr = "";
      const status = await run({
        argv,
        env: repository.env,
        directory: repository.path,
        program: "keywarden",
        runtime: process.execPath,
        stdin: (async function* () {})(),
        isTerminal: false,
        isErrorTerminal,
        columns: 100,
        become: () => Promise.reject(new Error("no other program runs here")),
        leave: () => {},
        now: () => (nowMs += 400),
        print: () => {},
        warn: (text) => {
          stderr += text;
        },
      });
      expect(status).toBe(0);
      return stderr;
    };
    const bar = await scan(["scan"], true);
    expect(bar).toMatch(/ 50% · 5 of 10 files · \d\/s · \d s left/);
    expect(bar.endsWith("\r\u001B[K")).toBe(true);
    expect(await scan(["baseline", "create"], true)).toContain(" of 10 files · ");
    expect(await scan(["scan"], false)).toBe("");
  });

  it("shows share, rate and time left", () => {
    expect(renderProgress({ done: 12_000, total: 48_000, noun: "objects", elapsedMs: 2000 })).toBe(
      `[${"######".padEnd(24)}]  25% · 12,000 of 48,000 objects · 6,000/s · 6 s left`,
    );
    expect(renderProgress({ done: 500, total: null, noun: "files", elapsedMs: 1000 })).toBe(
      "500 files · 500/s",
    );
  });

  it("waits for a second, draws ten times a second, goes away, and is nothing on a pipe", () => {
    let nowMs = 0;
    const written: string[] = [];
    const place = {
      leave: () => {},
      now: () => nowMs,
      isTerminal: true,
      columns: 40,
      write: (text: string) => written.push(text),
    };
    const progress = makeProgress("objects", place);
    for (; nowMs <= 1250; nowMs += 50) progress.update(nowMs, 10_000);
    expect(written).toHaveLength(3);
    expect(written.every((text) => text.startsWith("\r") && text.length <= 44)).toBe(true);
    progress.finish();
    expect(written.at(-1)).toBe("\r\u001B[K");
    // Some pseudo-terminals report no width.
    const wide = makeProgress("objects", { ...place, columns: 0 });
    nowMs += 5000;
    wide.update(nowMs, 10_000);
    expect(written.at(-1)?.length).toBeGreaterThan(40);
    const silent = makeProgress("objects", {
      ...place,
      isTerminal: false,
      write: () => expect.unreachable(),
    });
    nowMs += 5000;
    silent.update(1, 2);
    silent.finish();
  });
});
