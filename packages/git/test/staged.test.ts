import { chmodSync, copyFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listStaged, openRepository } from "@keywarden/git";
import type { StagedEntry } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

async function staged(repo: TestRepository, env = repo.env): Promise<readonly StagedEntry[]> {
  return listStaged(await openRepository(repo.path, env));
}

function summary(entries: readonly StagedEntry[]): readonly string[] {
  return entries.map(({ status, path }) => `${status} ${path.toString("utf8")}`);
}

describe("listStaged", () => {
  it.each(["sha1", "sha256"] as const)(
    "adds everything before the first commit (%s)",
    async (objectFormat) => {
      using repo = await makeRepository({ objectFormat });
      repo.write("a.txt", "content\n");
      await repo.git("add", "a.txt");

      expect(await staged(repo)).toEqual([
        {
          status: "A",
          oldMode: "000000",
          newMode: "100644",
          oldId: null,
          newId: await repo.git("hash-object", "a.txt"),
          path: Buffer.from("a.txt"),
          mergedIds: [],
        },
      ]);
    },
  );

  it("is empty when the index equals HEAD, and before anything is staged", async () => {
    using repo = await makeRepository();
    expect(await staged(repo)).toEqual([]);
    repo.write("a", "1");
    await repo.commit("first");
    repo.write("a", "changed in the work tree only");
    repo.write("untracked", "");
    expect(await staged(repo)).toEqual([]);
  });

  it("gives both sides of a modification, one of an addition and of a deletion", async () => {
    using repo = await makeRepository();
    repo.write("changed", "old");
    repo.write("deleted", "gone");
    await repo.commit("first");
    const [oldId, goneId] = [
      await repo.git("rev-parse", "HEAD:changed"),
      await repo.git("rev-parse", "HEAD:deleted"),
    ];
    repo.write("changed", "new");
    repo.write("added", "fresh");
    rmSync(join(repo.path, "deleted"));
    await repo.git("add", "--all");

    expect(await staged(repo)).toMatchObject([
      { status: "A", path: Buffer.from("added"), oldId: null },
      { status: "M", path: Buffer.from("changed"), oldId, newId: await repo.git("hash-object", "changed") },
      { status: "D", path: Buffer.from("deleted"), oldId: goneId, newId: null, newMode: "000000" },
    ]);
  });

  it("shows a rename and a copy as plain additions and deletions, whatever the configuration says", async () => {
    using repo = await makeRepository();
    repo.write("old-name", "same content\n".repeat(50));
    await repo.commit("first");
    await repo.git("config", "diff.renames", "copies");
    copyFileSync(join(repo.path, "old-name"), join(repo.path, "copy"));
    await repo.git("mv", "old-name", "new-name");
    await repo.git("add", "--all");

    expect(summary(await staged(repo))).toEqual(["A copy", "A new-name", "D old-name"]);
  });

  it("shows type changes, mode changes, symbolic links and submodules by their modes", async () => {
    using other = await makeRepository();
    const otherHead = await other.commit("elsewhere");
    using repo = await makeRepository();
    repo.write("becomes-link", "text");
    repo.write("becomes-executable", "text");
    await repo.commit("first");
    rmSync(join(repo.path, "becomes-link"));
    symlinkSync("some/target", join(repo.path, "becomes-link"));
    chmodSync(join(repo.path, "becomes-executable"), 0o755);
    await repo.git("add", "--all");
    await repo.git("update-index", "--add", "--cacheinfo", `160000,${otherHead},module`);
    await repo.git("config", "diff.ignoreSubmodules", "all");

    const entries = await staged(repo);
    expect(entries).toMatchObject([
      { status: "M", oldMode: "100644", newMode: "100755" },
      { status: "T", oldMode: "100644", newMode: "120000" },
      { status: "A", newMode: "160000", newId: otherHead },
    ]);
    expect(entries[0]?.newId).toBe(entries[0]?.oldId);
  });

  it("keeps every byte of a path", async () => {
    using repo = await makeRepository();
    const names = [
      ":(top)x",
      "-dash",
      'quote"',
      "tab\there",
      "line\nbreak",
      "back\\slash",
      "*[glob]?",
      "é ☃",
    ].map((name) => Buffer.from(name));
    names.push(Buffer.from([0x66, 0xff, 0xfe, 0x80]));
    for (const name of names) repo.write(name, "x");
    await repo.git("add", "--all");

    const paths = (await staged(repo)).map(({ path }) => path);
    expect(paths).toEqual(names.sort((left, right) => Buffer.compare(left, right)));
  });

  it("is not moved by anything that changes patches: attributes, drivers, colour, prefixes, order", async () => {
    using repo = await makeRepository();
    repo.write("z.txt", "old\n");
    await repo.commit("first");
    const marker = join(repo.outside, "a-program-ran");
    const program = `touch '${marker}'; cat`;
    for (const [key, value] of [
      ["diff.external", program],
      ["diff.hidden.command", program],
      ["diff.hidden.textconv", program],
      ["core.fsmonitor", program],
      ["core.attributesFile", join(repo.outside, "attributes")],
      ["color.ui", "always"],
      ["color.diff", "always"],
      ["diff.noprefix", "true"],
      ["diff.mnemonicPrefix", "true"],
      ["diff.relative", "true"],
      ["diff.orderFile", join(repo.outside, "missing-order-file")],
      ["diff.submodule", "log"],
      ["core.quotePath", "true"],
      ["core.bigFileThreshold", "1"],
    ] as const) {
      await repo.git("config", key, value);
    }
    writeFileSync(join(repo.outside, "attributes"), "* diff=hidden\n");
    repo.write(".gitattributes", "*.txt -diff\nb.txt binary\n");
    repo.write("b.txt", "new\n");
    repo.write("z.txt", "new\n");
    await repo.git("-c", "core.fsmonitor=false", "add", "--all");
    rmSync(marker, { force: true });

    const env = {
      ...repo.env,
      GIT_EXTERNAL_DIFF: program,
      GIT_LITERAL_PATHSPECS: "0",
      GIT_ICASE_PATHSPECS: "1",
    };
    expect(summary(await staged(repo, env))).toEqual(["A .gitattributes", "A b.txt", "M z.txt"]);
    expect(() => rmSync(marker)).toThrow(/ENOENT/u);
  });

  it("reads the index that GIT_INDEX_FILE names, relative to the top level or absolute", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    const index = join(repo.path, ".git", "next-index-1.lock");
    repo.write("named", "only this one is committed");
    repo.write("other", "staged, but not in this commit");
    await repo.git("add", "other");
    const aside = await repo.run(["add", "named"], { env: { GIT_INDEX_FILE: index } });
    expect(aside.exitCode).toBe(0);

    for (const name of [index, ".git/next-index-1.lock"]) {
      const env = { ...repo.env, GIT_INDEX_FILE: name };
      const repository = await openRepository(repo.path, env);
      expect(summary(await listStaged(repository))).toEqual(["A named"]);
    }
  });

  it("reads a linked worktree's own index", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    const linked = join(repo.outside, "linked");
    await repo.git("worktree", "add", "--quiet", linked);
    writeFileSync(join(linked, "only-here"), "x");
    await repo.run(["add", "only-here"], { directory: linked });

    expect(summary(await listStaged(await openRepository(linked, repo.env)))).toEqual(["A only-here"]);
    expect(await staged(repo)).toEqual([]);
  });

  it("leaves out what is only intended to be added", async () => {
    using repo = await makeRepository();
    repo.write("was-tracked", "old");
    await repo.commit("first");
    repo.write("intended", "not in the next commit");
    repo.write("added", "in the next commit");
    await repo.git("rm", "--quiet", "--cached", "was-tracked");
    await repo.git("add", "--intent-to-add", "intended", "was-tracked");
    await repo.git("add", "added");

    expect(summary(await staged(repo))).toEqual(["A added", "D was-tracked"]);
  });

  it("shows an unmerged path without reading any of its stages", async () => {
    using repo = await makeRepository();
    repo.write("both", "base\n");
    await repo.commit("base");
    await repo.git("checkout", "--quiet", "-b", "side");
    repo.write("both", "side\n");
    await repo.commit("side");
    await repo.git("checkout", "--quiet", "main");
    repo.write("both", "main\n");
    await repo.commit("main");
    expect((await repo.run(["merge", "side"])).exitCode).toBe(1);

    const unmerged = (await staged(repo)).filter(({ status }) => status === "U");
    expect(unmerged).toMatchObject([{ path: Buffer.from("both"), newId: null }]);
  });

  it("reads the index alone: sparse, skipped, cleaned, ignored and vanished files included", async () => {
    using repo = await makeRepository();
    repo.write(".gitattributes", "filtered filter=scrub\n");
    await repo.git("config", "filter.scrub.clean", "sed s/private/public/");
    await repo.commit("first");
    repo.write(".gitignore", "ignored\n");
    repo.write("ignored", "forced");
    repo.write("filtered", "private\n");
    repo.write("vanished", "staged, then deleted");
    await repo.git("add", "--force", "--all");
    rmSync(join(repo.path, "vanished"));
    await repo.git("update-index", "--skip-worktree", "ignored");

    const entries = await staged(repo);
    expect(summary(entries)).toEqual(["A .gitignore", "A filtered", "A ignored", "A vanished"]);
    expect(await repo.git("cat-file", "blob", entries[1]?.newId ?? "")).toBe("public");
  });

  it("compares with the real HEAD, not with what a replacement shows", async () => {
    using repo = await makeRepository();
    const first = await repo.commit("first");
    repo.write("a", "1");
    const second = await repo.commit("second");
    await repo.git("replace", first, second);
    await repo.git("checkout", "--quiet", first);
    repo.write("a", "1");
    await repo.git("add", "--all");

    expect(summary(await staged(repo))).toEqual(["A a"]);
  });
});
