import { join } from "node:path";
import { assertNoKey, makeRepository, sha256 } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keys, keywarden, live, restricted, test } from "./command.ts";

/** A repository whose pushes are checked, and a remote of it that has its first commit. */
async function makeGuarded(
  objectFormat: "sha1" | "sha256" = "sha1",
): Promise<TestRepository & { readonly remote: string }> {
  const repository = await makeRepository({ objectFormat });
  const remote = join(repository.outside, "remote.git");
  await repository.git("init", "-q", "--bare", `--object-format=${objectFormat}`, remote);
  await repository.git("remote", "add", "origin", remote);
  repository.write("readme.md", `hello, ${restricted} has always been here\n`);
  await repository.commit("first");
  await repository.git("push", "-q", "origin", "main");
  const { status } = await keywarden(["hook", "install", "pre-push"], {
    directory: repository.path,
    env: repository.env,
  });
  expect(status).toBe(0);
  return { ...repository, remote };
}

/** Tries a push through the real hook; fails when git or the hook shows a key. */
async function tryPush(
  repository: TestRepository,
  ...args: readonly string[]
): Promise<{ readonly isBlocked: boolean; readonly output: string }> {
  const { exitCode, stdout, stderr } = await repository.run(["push", ...args]);
  const output = stdout.toString("utf8") + stderr;
  assertNoKey(output, keys);
  if (exitCode !== 0 && !output.includes("push stopped")) throw new Error(`git failed otherwise: ${output}`);
  return { isBlocked: exitCode !== 0, output };
}

async function commitFile(repository: TestRepository, path: string, text: string): Promise<string> {
  repository.write(path, text);
  return repository.commit(`write ${path}`);
}

describe("git push through the hook", () => {
  it.each(["sha1", "sha256"] as const)(
    "stops a key in any pushed commit, also one that a later commit takes out (%s)",
    async (objectFormat) => {
      using repository = await makeGuarded(objectFormat);
      const leak = await commitFile(repository, ".env", `KEY=${live}\n`);
      await commitFile(repository, ".env", "KEY=\n");
      const { isBlocked, output } = await tryPush(repository, "origin", "main");
      expect(isBlocked).toBe(true);
      expect(output).toContain("push stopped, it sends 1 key");
      expect(output).toContain(`commit ${leak.slice(0, 12)}`);
      expect(output).toContain("git push --no-verify");
    },
  );

  it("lets a push pass that edits, renames or moves what the remote has", async () => {
    using repository = await makeGuarded();
    await commitFile(repository, "readme.md", `hello again, ${restricted} has always been here\n`);
    await repository.git("mv", "readme.md", "readme.txt");
    await repository.commit("rename");
    await repository.git("rm", "-q", "readme.txt");
    await commitFile(repository, "moved.md", `${restricted} has moved\n`);
    const { isBlocked, output } = await tryPush(repository, "origin", "main");
    expect([isBlocked, output]).toEqual([false, expect.stringContaining("no keys found: scanned 3 commits")]);
    const again = await tryPush(repository, "origin", "main");
    expect(again.isBlocked).toBe(false);
  });

  it("scans a new branch from where it left what the remote has", async () => {
    using repository = await makeGuarded();
    await repository.git("checkout", "-q", "-b", "feature");
    await commitFile(repository, "a", "1");
    const clean = await tryPush(repository, "-u", "origin", "feature");
    expect([clean.isBlocked, clean.output]).toEqual([false, expect.stringContaining("scanned 1 commit (")]);
    await commitFile(repository, "a", live);
    expect((await tryPush(repository, "origin", "HEAD:refs/heads/other")).isBlocked).toBe(true);
    expect((await tryPush(repository, "origin", "feature:feature")).isBlocked).toBe(true);
  });

  it("scans everything for a remote that has nothing, by name and by URL", async () => {
    using repository = await makeGuarded();
    const empty = join(repository.outside, "empty.git");
    await repository.git("init", "-q", "--bare", empty);
    await repository.git("remote", "add", "backup", empty);
    for (const remote of ["backup", empty]) {
      const { isBlocked, output } = await tryPush(repository, remote, "main");
      expect([isBlocked, output]).toEqual([true, expect.stringContaining("readme.md")]);
    }
  });

  it("lets refs be deleted, and looks at the others of the same push", async () => {
    using repository = await makeGuarded();
    await repository.git("push", "-q", "--no-verify", "origin", "main:old", "main:older");
    const deleted = await tryPush(repository, "origin", ":old");
    expect([deleted.isBlocked, deleted.output]).toEqual([false, expect.stringContaining("1 ref deleted")]);
    await commitFile(repository, "a", live);
    expect((await tryPush(repository, "origin", ":older", "main")).isBlocked).toBe(true);
  });

  it("scans a force-push and one over commits that are not here", async () => {
    using repository = await makeGuarded();
    const other = join(repository.outside, "other");
    await repository.git("clone", "-q", repository.remote, other);
    await repository.run(["commit", "-q", "--allow-empty", "-m", "theirs"], { directory: other });
    await repository.run(["push", "-q", "origin", "main"], { directory: other });
    await repository.git("commit", "-q", "--amend", "-m", "amended");
    const clean = await tryPush(repository, "--force", "origin", "main");
    expect(clean.isBlocked).toBe(false);
    await commitFile(repository, "a", live);
    await repository.git("commit", "-q", "--amend", "-m", "amended");
    expect((await tryPush(repository, "--force", "origin", "main")).isBlocked).toBe(true);
  });

  it("reads every line of a push: all branches and tags, their messages and names", async () => {
    using repository = await makeGuarded();
    await repository.git("checkout", "-q", "-b", "z");
    await commitFile(repository, "a", test);
    await repository.git("checkout", "-q", "main");
    expect((await tryPush(repository, "--all", "origin")).isBlocked).toBe(true);
    await repository.git("branch", "-q", "-D", "z");
    await repository.git("tag", "-a", "-m", `release with ${live}`, "v1");
    const tagged = await tryPush(repository, "origin", "v1");
    expect([tagged.isBlocked, tagged.output]).toEqual([true, expect.stringContaining("message of tag v1")]);
    expect((await tryPush(repository, "origin", `main:refs/heads/fix-${live}`)).isBlocked).toBe(true);
    await repository.git("commit", "-q", "--allow-empty", "-m", `use ${live}`);
    expect((await tryPush(repository, "origin", "main")).isBlocked).toBe(true);
  });

  it("sees what only a merge holds, and not what it brings along from the remote", async () => {
    using repository = await makeGuarded();
    await repository.git("checkout", "-q", "-b", "side");
    await commitFile(repository, "side", test);
    await repository.git("push", "-q", "--no-verify", "origin", "side");
    await repository.git("checkout", "-q", "main");
    await commitFile(repository, "a", "1");
    await repository.git("merge", "-q", "--no-ff", "-m", "merge", "side");
    expect((await tryPush(repository, "origin", "main")).isBlocked).toBe(false);
    await repository.git("reset", "-q", "--hard", "HEAD~1");
    await repository.git("merge", "-q", "--no-ff", "--no-commit", "side");
    await commitFile(repository, "evil", live);
    const { isBlocked, output } = await tryPush(repository, "--force", "origin", "main");
    expect([isBlocked, output]).toEqual([true, expect.stringContaining("evil")]);
  });

  it("works where a file has the name of a branch, from a folder below and from a linked work tree", async () => {
    using repository = await makeGuarded();
    await commitFile(repository, "main", "a file");
    await commitFile(repository, "origin/main", live);
    await repository.git("worktree", "add", "-q", "-b", "linked", join(repository.outside, "linked"));
    for (const directory of [join(repository.path, "origin"), join(repository.outside, "linked")]) {
      const { exitCode, stderr } = await repository.run(["push", "-q", "origin", "HEAD"], { directory });
      expect([exitCode, stderr]).toEqual([1, expect.any(String)]);
    }
  });

  it("refuses lines that git would not write", async () => {
    using repository = await makeGuarded();
    const place = { directory: repository.path, env: repository.env, input: "refs/heads/main nonsense\n" };
    const { status, stderr } = await keywarden(["hook", "pre-push", "origin", repository.remote], place);
    expect([status, stderr]).toEqual([2, "keywarden: git's list of what is pushed cannot be read\n"]);
  });
});

describe("the other hooks", () => {
  it("stop a key in a commit's message and let git's own lines pass", async () => {
    using repository = await makeRepository();
    const place = { directory: repository.path, env: repository.env };
    expect((await keywarden(["hook", "install", "--all"], place)).stdout.split("\n")).toHaveLength(6);
    expect((await keywarden(["hook", "status"], place)).status).toBe(0);
    const stopped = await repository.run(["commit", "--allow-empty", "-m", `use ${live}`]);
    assertNoKey(stopped.stdout.toString() + stopped.stderr, keys);
    expect(stopped.exitCode).toBe(1);
    expect(stopped.stdout.toString() + stopped.stderr).toContain("the message holds 1 key");
    repository.write("a", `${test}\n`);
    await repository.git("add", ".");
    await repository.git("commit", "-q", "--no-verify", "-m", "was here before");
    repository.write("a", "gone\n");
    const env = { GIT_EDITOR: "sed -i.bak -e '1s/^/subject/'" };
    const edited = await repository.run(["commit", "-q", "-a", "--verbose"], { env });
    expect([edited.exitCode, edited.stderr]).toEqual([0, expect.any(String)]);
    expect((await keywarden(["hook", "uninstall"], place)).stdout.split("\n")).toHaveLength(5);
    expect((await keywarden(["hook", "status"], place)).status).toBe(1);
  });

  it("stop a merge that adds a key, not one that brings along what was committed", async () => {
    using repository = await makeRepository();
    await commitFile(repository, "a", "1\n2\n3\n4\n5\n6\n7\n8\n");
    await repository.git("checkout", "-q", "-b", "side");
    await commitFile(repository, "b", live);
    await repository.git("checkout", "-q", "main");
    await commitFile(repository, "c", "1");
    const place = { directory: repository.path, env: repository.env };
    await keywarden(["hook", "install", "pre-merge-commit"], place);
    const { exitCode, stdout, stderr } = await repository.run([
      "merge",
      "-q",
      "--no-ff",
      "-m",
      "merge",
      "side",
    ]);
    expect([exitCode, stdout.toString() + stderr]).toEqual([0, expect.stringContaining("no keys found")]);
  });

  it("are named with the nearest name when there is no such hook", async () => {
    using repository = await makeRepository();
    const place = { directory: repository.path, env: repository.env };
    const { status, stderr } = await keywarden(["hook", "install", "prepush"], place);
    expect([status, stderr]).toEqual([2, expect.stringContaining("Did you mean pre-push?")]);
    const both = await keywarden(["hook", "install", "--all", "pre-push"], place);
    expect(both.status).toBe(2);
  });
});

describe("keywarden scan --commit-msg", () => {
  it("scans the file as an editor left it, with the lines where they are", async () => {
    using repository = await makeRepository();
    const place = { directory: repository.path, env: repository.env };
    const scissors = `# ${"-".repeat(24)} >8 ${"-".repeat(24)}`;
    repository.write(
      "message",
      `subject\n\n#\tmodified:   ${test}\nbody ${live}\n${scissors}\n-${restricted}\n`,
    );
    const { status, stdout } = await keywarden(
      ["scan", "--format", "json", "--commit-msg", "message"],
      place,
    );
    expect(status).toBe(1);
    const { findings, summary } = JSON.parse(stdout) as { findings: unknown[]; summary: unknown };
    expect(findings).toEqual([
      expect.objectContaining({ fingerprint: sha256(live), line: 4, path: "commit message" }),
    ]);
    expect(summary).toMatchObject({ mode: "message", files: { listed: 1, scanned: 1 } });
    const whole = { ...place, env: { ...place.env, GIT_EDITOR: ":" } };
    expect((await keywarden(["scan", "--commit-msg", "message"], whole)).stdout).toContain("holds 3 keys");
    expect((await keywarden(["scan", "--commit-msg", "nothing"], place)).status).toBe(2);
  });
});
