import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertNoKey, makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { copyProgram } from "./copy-program.ts";
import { keys, live } from "./command.ts";

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly "working-directory"?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action = parse(readFileSync(new URL("../../../action.yml", import.meta.url), "utf8")) as Action;
const place = makeTemporaryDirectory();
const actionPath = join(place.path, "action");
beforeAll(() => {
  copyProgram(join(actionPath, "apps/cli"));
});
afterAll(() => place.remove());

interface Outcome {
  /** The exit status of the first step that fails, as the job's own; 0 when all pass. */
  readonly status: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What steps that use other actions would have been given. */
  readonly used: readonly string[];
  /** What the steps wrote for the page of the run. */
  readonly summary: string;
}

/** Runs the steps of action.yml as a runner does: each in a bash of its own that stops at the first failure. */
function runAction(
  repository: Pick<TestRepository, "path" | "env" | "outside">,
  {
    event,
    eventName,
    env = {},
    inputs = {},
  }: {
    readonly event: object;
    readonly eventName: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly inputs?: Readonly<Record<string, string>>;
  },
  path = actionPath,
): Outcome {
  const outputs: Record<string, Record<string, string>> = {};
  const given: Record<string, string> = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, inputs[name] ?? input.default]),
  );
  const values = (name: string): string => {
    const [, input] = /^inputs\.([\w-]+)$/.exec(name) ?? [];
    if (input !== undefined) return given[input] ?? "";
    const [, step = "", output = ""] = /^steps\.(\w+)\.outputs\.([\w-]+)$/.exec(name) ?? [];
    if (step !== "") return outputs[step]?.[output] ?? "";
    if (name === "github.action_path") return path;
    throw new Error(`nothing is known of ${name}`);
  };
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ *(.+?) *\}\}/g, (_, name: string) => values(name));
  const holds = (condition: string): boolean =>
    condition.split(" && ").every((part) => {
      const [, name = "", operator, wanted] = /^(\S+) (==|!=) '(.*)'$/.exec(part) ?? [];
      return (values(name) === wanted) === (operator === "==");
    });
  const summaryFile = join(repository.outside, "summary.md");
  writeFileSync(summaryFile, "");
  const eventPath = join(repository.outside, "event.json");
  writeFileSync(eventPath, JSON.stringify(event));
  const used: string[] = [];
  let log = "";
  let status = 0;
  for (const step of action.runs.steps) {
    if (status !== 0 || (step.if !== undefined && !holds(step.if))) continue;
    if (step.uses !== undefined) used.push(step.uses);
    if (step.run === undefined) continue;
    const outputFile = join(repository.outside, "output");
    writeFileSync(outputFile, "");
    const script = join(repository.outside, "step.sh");
    writeFileSync(script, filled(step.run));
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)] as const);
    const result = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: step["working-directory"] === undefined ? repository.path : filled(step["working-directory"]),
      encoding: "utf8",
      env: {
        ...repository.env,
        PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_NAME: eventName,
        GITHUB_EVENT_PATH: eventPath,
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: summaryFile,
        GITHUB_WORKSPACE: repository.path,
        GITHUB_REF_TYPE: "branch",
        ...env,
        ...Object.fromEntries(own),
      },
    });
    log += result.stdout + result.stderr;
    status = result.status ?? 2;
    if (step.id === undefined) continue;
    const lines = readFileSync(outputFile, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    outputs[step.id] = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
    );
  }
  const summary = readFileSync(summaryFile, "utf8");
  assertNoKey(log + summary, keys);
  const shown = Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)] as const);
  return { status, log, outputs: Object.fromEntries(shown), used, summary };
}

const branch = { default_branch: "main" };

/** A repository with a clean commit, and the two ids of a push that adds one more. */
async function pushed(
  content: string,
): Promise<{ readonly repository: TestRepository; readonly ids: readonly string[] }> {
  const repository = await makeRepository();
  repository.write("readme.md", "hello\n");
  const before = await repository.commit("first");
  repository.write("src/app.env", content);
  return { repository, ids: [before, await repository.commit("second")] };
}

describe("action.yml, step by step in bash", () => {
  it("passes a push that adds nothing, and leaves a report for who wants it uploaded", async () => {
    const {
      repository,
      ids: [before, after],
    } = await pushed("x\n");
    using _ = repository;
    const event = { before, after, repository: branch };
    const { status, log, outputs, used, summary } = runAction(repository, {
      event,
      eventName: "push",
      env: { GITHUB_SHA: after ?? "", GITHUB_REF_NAME: "main" },
    });
    expect([status, outputs]).toEqual([0, { status: "0", "sarif-file": "keywarden.sarif" }]);
    expect(log).toContain("scanned 1 commit");
    expect(used).toEqual([]);
    expect(summary).toContain("### Keywarden found no keys\n\n    no keys found: scanned 1 commit");
    const sarif = JSON.parse(readFileSync(join(repository.path, "keywarden.sarif"), "utf8")) as object;
    expect(sarif).toMatchObject({ runs: [{ results: [] }] });
  });

  it("fails a push that adds a key, after it has annotated the line and uploaded the report", async () => {
    const {
      repository,
      ids: [before, after],
    } = await pushed(`\nAFORO_API_KEY=${live}\n`);
    using _ = repository;
    const { status, log, outputs, used, summary } = runAction(repository, {
      event: { before, after, repository: branch },
      eventName: "push",
      env: { GITHUB_SHA: after ?? "", GITHUB_REF_NAME: "main" },
      inputs: { "upload-sarif": "true", "sarif-file": "out.sarif" },
    });
    expect([status, outputs]).toEqual([1, { status: "1", "sarif-file": "out.sarif" }]);
    expect(log).toContain("::error file=src/app.env,line=2,endLine=2,col=15");
    expect(used).toContainEqual(expect.stringMatching(/^github\/codeql-action\/upload-sarif@[0-9a-f]{40}$/));
    expect(summary).toMatch(/^### Keywarden found keys\n\n(?: {4}.*\n)*? {6}src\/app\.env:2:15\n/);
    const sarif = JSON.parse(readFileSync(join(repository.path, "out.sarif"), "utf8")) as object;
    expect(sarif).toMatchObject({ runs: [{ results: [{ level: "error" }] }] });
  });

  it("scans what a pull request adds, from the merge that GitHub checks out", async () => {
    const {
      repository,
      ids: [base],
    } = await pushed(`old=${live}\n`);
    using _ = repository;
    const target = await repository.git("rev-parse", "HEAD");
    await repository.git("checkout", "-q", "-b", "topic", base ?? "");
    repository.write("topic.txt", "x\n");
    const clean = await repository.commit("clean");
    const check = async (head: string): Promise<Outcome> => {
      await repository.git("checkout", "-q", "--detach", target);
      await repository.git("merge", "-q", "--no-ff", "-m", "merge", head);
      const sha = await repository.git("rev-parse", "HEAD");
      return runAction(repository, {
        event: {
          pull_request: { base: { sha: target, ref: "main" }, head: { sha: head } },
          repository: branch,
        },
        eventName: "pull_request",
        env: { GITHUB_SHA: sha, GITHUB_REF_NAME: "1/merge" },
      });
    };
    // What the target branch has had all along is not the pull request's.
    expect(await check(clean)).toMatchObject({ status: 0 });
    await repository.git("checkout", "-q", "topic");
    repository.write("new.env", live);
    const dirty = await repository.commit("dirty");
    const { status, log } = await check(dirty);
    expect([status, log]).toEqual([1, expect.stringContaining("::error file=new.env")]);
    expect(log).not.toContain("src/app.env");
  });

  it("could not tell in a shallow clone: it says what to set, uploads nothing and fails", async () => {
    const {
      repository,
      ids: [before, after],
    } = await pushed("x\n");
    using _ = repository;
    using elsewhere = makeTemporaryDirectory();
    const shallow = join(elsewhere.path, "clone");
    execFileSync("git", ["clone", "-q", "--depth", "1", `file://${repository.path}`, shallow], {
      env: { ...process.env, ...repository.env },
    });
    const outside = join(elsewhere.path, "outside");
    mkdirSync(outside);
    writeFileSync(join(shallow, "keywarden.sarif"), "of another run");
    const outcome = runAction(
      { path: shallow, env: repository.env, outside },
      {
        event: { before, after, repository: branch },
        eventName: "push",
        env: { GITHUB_SHA: after ?? "", GITHUB_REF_NAME: "main" },
        inputs: { "upload-sarif": "true" },
      },
    );
    expect([outcome.status, outcome.outputs]).toEqual([2, { status: "2", "sarif-file": "keywarden.sarif" }]);
    expect(outcome.log).toContain("fetch-depth: 0");
    expect(outcome.log).toContain("::error title=keywarden::The scan could not tell");
    expect(outcome.used).toEqual([]);
    expect(outcome.summary).toContain("### Keywarden could not tell whether there are keys");
    // What could be read is there for who wants to see it, and the file of another run is gone.
    const sarif = JSON.parse(readFileSync(join(shallow, "keywarden.sarif"), "utf8")) as object;
    expect(sarif).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: false }] }] });
  });

  it("takes its arguments word by word and leaves globs to keywarden", async () => {
    const { repository } = await pushed("x\n");
    using _ = repository;
    repository.write("config/deep/a.env", live);
    rmSync(join(repository.path, ".gitignore"), { force: true });
    const { status, log } = runAction(repository, {
      event: {},
      eventName: "workflow_dispatch",
      inputs: { arguments: "config/**/*.env readme.md", "min-confidence": "high" },
    });
    expect([status, log]).toEqual([1, expect.stringContaining("::error file=config/deep/a.env")]);
    expect(log).toContain("scanned 2 files");
  });

  it("takes a Node from the runner's tool cache where the job's own is too old", async () => {
    const {
      repository,
      ids: [before, after],
    } = await pushed("x\n");
    using _ = repository;
    const old = join(repository.outside, "bin");
    const cache = join(repository.outside, "cache/node/24.0.0/x64/bin");
    mkdirSync(old);
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(old, "node"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    symlinkSync(process.execPath, join(cache, "node"));
    const run = (RUNNER_TOOL_CACHE: string): Outcome =>
      runAction(repository, {
        event: { before, after, repository: branch },
        eventName: "push",
        env: {
          GITHUB_SHA: after ?? "",
          GITHUB_REF_NAME: "main",
          PATH: `${old}:${process.env["PATH"] ?? ""}`,
          RUNNER_TOOL_CACHE,
        },
      });
    expect(run(join(repository.outside, "cache"))).toMatchObject({ status: 0 });
    const { status, log, outputs } = run(join(repository.outside, "nowhere"));
    expect([status, outputs["status"]]).toEqual([2, "2"]);
    expect(log).toContain("Node 22.18 or newer was not found");
  });

  it("says what to do at a commit without the built program, and runs an installed one by path", async () => {
    const {
      repository,
      ids: [before, after],
    } = await pushed("x\n");
    using _ = repository;
    const run = (program: string): Outcome =>
      runAction(
        repository,
        {
          event: { before, after, repository: branch },
          eventName: "push",
          env: { GITHUB_SHA: after ?? "", GITHUB_REF_NAME: "main" },
          inputs: { program },
        },
        repository.outside,
      );
    const { status, log, summary } = run("");
    expect([status, log]).toEqual([
      2,
      expect.stringContaining("Only commits of releases hold the built program"),
    ]);
    expect(summary).toContain("### Keywarden could not scan");
    expect(run("node_modules/keywarden/dist/main.js").log).toContain("There is no keywarden at node_modules");
    expect(run(join(actionPath, "apps/cli/dist/main.js"))).toMatchObject({ status: 0 });
    writeFileSync(join(repository.outside, "empty.js"), "");
    const empty = run(join(repository.outside, "empty.js"));
    expect(empty).toMatchObject({ status: 2, log: expect.stringContaining("without an answer") as string });
  });

  it("uses no action by a tag, which its owner can move", () => {
    const used = action.runs.steps.flatMap(({ uses }) => uses ?? []);
    expect(used.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });
});
