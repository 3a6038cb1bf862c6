import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

describe("makeRepository", () => {
  it("makes the same commits every time, a second apart", async () => {
    using one = await makeRepository();
    using two = await makeRepository();
    for (const repo of [one, two]) {
      repo.write("folder/file", "content");
      await repo.commit("first");
    }
    const second = await one.commit("second");

    expect(second).toBe(await two.commit("second"));
    expect(await one.git("log", "--format=%an <%ae> %cn %cI")).toBe(
      "Ada Author <ada@example.com> Carl Committer 2026-01-01T00:00:01+00:00\n" +
        "Ada Author <ada@example.com> Carl Committer 2026-01-01T00:00:00+00:00",
    );
  });

  it("sees no configuration and no GIT_* variable from outside", async () => {
    const before = process.env["GIT_DIR"];
    process.env["GIT_DIR"] = "/somewhere/else";
    try {
      using repo = await makeRepository();
      expect(await repo.git("rev-parse", "--absolute-git-dir")).toBe(join(repo.path, ".git"));
      expect(repo.env["GIT_DIR"]).toBeUndefined();
      const scopes = (await repo.git("config", "--list", "--show-scope"))
        .split("\n")
        .map((line) => line.split("\t")[0]);
      expect(new Set(scopes)).toEqual(new Set(["local"]));
      await repo.git("config", "--global", "user.name", "Only Here");
      expect(readFileSync(join(repo.env["HOME"] ?? "", ".gitconfig"), "utf8")).toContain("Only Here");
    } finally {
      if (before === undefined) delete process.env["GIT_DIR"];
      else process.env["GIT_DIR"] = before;
    }
  });

  it.each([
    [{ objectFormat: "sha256" }, "sha256", "false"],
    [{ bare: true }, "sha1", "true"],
  ] as const)("makes the kind that is asked for: %j", async (options, format, bare) => {
    using repo = await makeRepository(options);
    expect(await repo.git("rev-parse", "--show-object-format", "--is-bare-repository")).toBe(
      `${format}\n${bare}`,
    );
  });

  it("writes paths and contents byte for byte", async () => {
    using repo = await makeRepository();
    repo.write(Buffer.from([0x61, 0x2f, 0xff]), Buffer.from([0, 1, 2]));
    await repo.git("add", "--all");
    const { stdout } = await repo.run(["ls-files", "-z"]);
    expect(stdout).toEqual(Buffer.from([0x61, 0x2f, 0xff, 0]));
  });

  it("rejects with git's own words, and gives failures as results where they are wanted", async () => {
    using repo = await makeRepository();
    await expect(repo.git("rev-parse", "--verify", "absent")).rejects.toThrow(
      /exited with 128: fatal: Needed a single/u,
    );
    expect(await repo.run(["rev-parse", "--verify", "absent"])).toMatchObject({ exitCode: 128 });
    const counted = await repo.run(["hash-object", "--stdin"], { input: "content" });
    expect(counted.stdout.toString()).toMatch(/^[0-9a-f]{40}\n$/u);
  });

  it("goes away with its scope", async () => {
    let path = "";
    {
      using repo = await makeRepository();
      path = repo.path;
      await repo.commit("first");
      expect(existsSync(path)).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });
});
