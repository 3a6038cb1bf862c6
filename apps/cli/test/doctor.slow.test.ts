import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { guardedRepository, keywarden, live } from "./command.ts";
import type { Result } from "./command.ts";

const program = builtProgram("cli");

const doctor = (repository: TestRepository): Promise<Result> =>
  keywarden(["doctor"], { directory: repository.path, env: repository.env, program });
const install = (repository: TestRepository): Promise<Result> =>
  keywarden(["hook", "install"], { directory: repository.path, env: repository.env, program });

/** Everything that git keeps, by name and content. */
function stateOf(repository: TestRepository): readonly string[] {
  return readdirSync(repository.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${readFileSync(path, "latin1")}`)
    .sort();
}

describe("keywarden doctor", () => {
  it("proves the hook with a key of its own and leaves nothing behind", async () => {
    using repository = await guardedRepository({ program });
    repository.write("staged.txt", "x\n");
    await repository.git("add", "--all");
    repository.write("unstaged.txt", "y\n");
    const before = stateOf(repository);
    const { status, stdout } = await doctor(repository);
    expect([status, stdout]).toEqual([0, expect.stringContaining("it stops a commit that adds a key")]);
    expect(stdout).toContain("git proves most commits clean");
    expect(stateOf(repository)).toEqual(before);
  });

  it("says that there is no hook", async () => {
    using repository = await guardedRepository({ program });
    await keywarden(["hook", "uninstall"], { directory: repository.path, env: repository.env, program });
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("no pre-commit hook fires here") as string,
    });
    const place = { directory: repository.path, env: repository.env, program };
    const { status, stdout } = await keywarden(["doctor", "--json"], place);
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly object[] };
    expect(status).toBe(1);
    expect(checks).toContainEqual({
      outcome: "bad",
      text: expect.stringContaining("no pre-commit hook fires here") as string,
    });
  });

  it("finds out a hook that stops nothing", async () => {
    using repository = await guardedRepository({ program });
    const path = join(repository.path, ".git/hooks/pre-commit");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(/^ {2}keywarden_done=89 sh \S+ pre-commit "\$@"$/m, "  exit 0"),
    );
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("it lets a commit pass that adds a key") as string,
    });
  });

  it("finds out a hook that stops everything", async () => {
    using repository = await guardedRepository({ program });
    const path = join(repository.path, ".git/hooks/pre-commit");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(/^ {2}keywarden_done=89 sh \S+ pre-commit "\$@"$/m, "  false"),
    );
    expect(await doctor(repository)).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("not because of the key in it") as string,
    });
  });

  it("says that what git searches for is out of date", async () => {
    using repository = await guardedRepository({ program });
    repository.write("keywarden.json", "{}");
    await repository.git("add", "--all");
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("belong to another version or configuration") as string,
    });
    await install(repository);
    expect(await doctor(repository)).toMatchObject({ status: 0 });
  });

  it("says what is wrong with the configuration", async () => {
    using repository = await guardedRepository({ program });
    repository.write("keywarden.json", '{ "provider": [] }');
    await repository.git("add", "--all");
    const { status, stdout } = await doctor(repository);
    expect([status, stdout]).toEqual([2, expect.stringMatching(/keywarden\.json:1:\d+.*providers/)]);
    expect(stdout).toContain("it stops a commit that adds a key");
  });

  it("says that a hook is not executable", async () => {
    using repository = await guardedRepository({ program });
    chmodSync(join(repository.path, ".git/hooks/pre-commit"), 0o644);
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("is not executable") as string,
    });
  });

  it("runs what core.hooksPath names, and says so", async () => {
    using repository = await guardedRepository({ program });
    await repository.git("config", "core.hooksPath", ".githooks");
    expect(await doctor(repository)).toMatchObject({ status: 1 });
    await install(repository);
    expect((await doctor(repository)).stdout).toContain("through core.hooksPath");
  });

  it("names the way to a hook of its own where core.hooksPath serves every repository", async () => {
    using repository = await guardedRepository({ program });
    await repository.git("config", "--global", "core.hooksPath", join(repository.outside, "hooks"));
    const way = "git config core.hooksPath .githooks && keywarden hook install";
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(way) as string,
    });
    const place = { directory: repository.path, env: repository.env, program };
    expect((await keywarden(["hook", "status"], place)).stdout).toContain(way);
    await repository.git("config", "core.hooksPath", ".githooks");
    await install(repository);
    expect((await doctor(repository)).status).toBe(0);
  });

  it("never runs a hook that is not ours", async () => {
    using repository = await guardedRepository({ program });
    const path = join(repository.path, ".git/hooks/pre-commit");
    const witness = join(repository.outside, "witness");
    writeFileSync(path, `#!/bin/sh\necho ran > '${witness}'\n`);
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("it does not call keywarden") as string,
    });
    expect(readdirSync(repository.outside)).toEqual([]);
  });
});

const hasTool = (name: string): boolean => spawnSync(name, ["--version"]).status === 0;

const whoRuns = (tool: string): string =>
  hasTool(tool) ? "run by itself" : `RUN BY A STAND-IN: ${tool} IS NOT ON PATH`;

describe("managers that write their hooks anew", () => {
  it("are given a recipe and left alone", async () => {
    using repository = await guardedRepository({ program });
    await keywarden(["hook", "uninstall"], { directory: repository.path, env: repository.env, program });
    const path = join(repository.path, ".git/hooks/pre-commit");
    const theirs = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n";
    writeFileSync(path, theirs, { mode: 0o755 });
    expect(await install(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(".pre-commit-config.yaml") as string,
    });
    expect(readFileSync(path, "utf8")).toBe(theirs);
    expect(await doctor(repository)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /lets a commit pass that adds a key[^]*\.pre-commit-config\.yaml/,
      ) as string,
    });
  });

  // These tools are no dependency of ours; where they are on PATH, the recipes and doctor's proof are tried with them.
  it.each([
    ["lefthook", "lefthook.yml", whoRuns("lefthook")],
    ["pre-commit", ".pre-commit-config.yaml", whoRuns("pre-commit")],
  ] as const)(
    "stop a commit with the recipe for %s, and doctor proves it (%s, %s)",
    async (tool, file, _who) => {
      expect(await followRecipe(tool, file)).toEqual(stopped);
    },
  );

  it("are proved like hooks that call keywarden by their own words, in a clone", async () => {
    using repository = await guardedRepository({ program });
    await keywarden(["hook", "uninstall"], { directory: repository.path, env: repository.env, program });
    const path = join(repository.path, ".git/hooks/pre-commit");
    const witness = join(repository.outside, "witness");
    const check = `'${process.execPath}' '${program}' scan --staged`;
    writeFileSync(path, `#!/bin/sh\npwd > '${witness}'\n${check} || exit 1\n`, { mode: 0o755 });
    const before = stateOf(repository);
    const { status, stdout } = await doctor(repository);
    expect([status, stdout]).toEqual([0, expect.stringContaining("in a disposable clone")]);
    expect(stateOf(repository)).toEqual(before);
    const ranIn = readFileSync(witness, "utf8").trim();
    expect([ranIn.includes("keywarden-doctor-"), existsSync(ranIn)]).toEqual([true, false]);
    writeFileSync(path, `#!/bin/sh\n# keywarden is not called\nexit 0\n`);
    expect(await doctor(repository)).toMatchObject({ status: 1 });
    writeFileSync(path, `#!/bin/sh\necho no keywarden scan\nexit 1\n`);
    expect(await doctor(repository)).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("not because of the key in it: no keywarden scan") as string,
    });
  });
});

const lineOf = { lefthook: "run", "pre-commit": "entry" } as const;
const installOf = {
  lefthook: ["install"],
  "pre-commit": ["install", "--hook-type", "pre-commit", "--hook-type", "pre-push"],
} as const;
const markOf = {
  lefthook: "call_lefthook() { :; }\ncall_lefthook run pre-commit",
  "pre-commit": "# File generated by pre-commit: https://pre-commit.com",
} as const;

/** Writes a hook that is taken for the manager's, and runs the commands that its configuration names. */
function writeStandIn(repository: TestRepository, tool: keyof typeof lineOf, file: string): void {
  const command = `sed -n 's/^[ -]*${lineOf[tool]}: //p' ${file} | head -1`;
  const hook = `#!/bin/sh\n${markOf[tool]}\n${command} > .git/commands && sh -e .git/commands\n`;
  writeFileSync(join(repository.path, ".git/hooks/pre-commit"), hook, { mode: 0o755 });
}

async function followRecipe(tool: keyof typeof lineOf, file: string): Promise<object> {
  using repository = await guardedRepository({ program });
  const where = { directory: repository.path, env: repository.env, program };
  await keywarden(["hook", "uninstall"], where);
  // The recipe runs what npm has installed.
  const bin = join(repository.path, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "keywarden"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(repository.path, ".gitignore"), "node_modules\n");
  repository.write(file, file === "lefthook.yml" ? "pre-commit: {}\n" : "repos: []\n");
  const runTool = (): unknown =>
    hasTool(tool)
      ? spawnSync(tool, installOf[tool], { cwd: repository.path, env: { ...process.env, ...repository.env } })
      : writeStandIn(repository, tool, file);
  runTool();
  const { stdout } = await install(repository);
  const recipe = stdout
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.slice(2));
  repository.write(file, `${recipe.join("\n")}\n`);
  await repository.git("add", "--all");
  runTool();
  const environment = { PATH: process.env["PATH"] ?? "" };
  const clean = await repository.run(["commit", "-q", "-m", "clean"], { env: environment });
  repository.write("a.env", live);
  await repository.git("add", "--all");
  const leak = await repository.run(["commit", "-q", "-m", "leak"], { env: environment });
  const isNamed = (leak.stdout.toString("utf8") + leak.stderr).includes("a.env");
  await repository.git("rm", "-q", "-f", "--cached", "a.env");
  const before = stateOf(repository);
  const proof = await doctor(repository);
  expect(stateOf(repository)).toEqual(before);
  expect(proof.stdout).toContain("in a disposable clone");
  const pushes = hasTool(tool) ? await pushTwice(repository, environment) : ["", "stopped"];
  return { clean: clean.exitCode, leak: leak.exitCode, isNamed, proof: proof.status, pushes };
}

/** Pushes a clean history, and then a commit that no hook has seen: gives what each push said of keys. */
async function pushTwice(repository: TestRepository, env: { PATH: string }): Promise<readonly string[]> {
  const remote = join(repository.outside, "remote.git");
  await repository.git("init", "--quiet", "--bare", remote);
  await repository.git("remote", "add", "origin", remote);
  const push = async (): Promise<string> => {
    const { exitCode, stdout, stderr } = await repository.run(["push", "-q", "origin", "HEAD"], { env });
    return exitCode === 0 ? "" : /b\.env/.test(stdout.toString("utf8") + stderr) ? "stopped" : stderr;
  };
  const first = await push();
  repository.write("b.env", live);
  await repository.git("add", "b.env");
  await repository.git("commit", "-q", "--no-verify", "-m", "unseen");
  return [first, await push()];
}

const stopped = { clean: 0, leak: 1, isNamed: true, proof: 0, pushes: ["", "stopped"] };
