import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { guardedRepository, keywarden, tryCommit } from "./command.ts";
import { committed, line, stage } from "./trap-steps.ts";

/** Declares commits that are made from another index, another folder or another repository, or of a part of a file. */
export function describeTrapLocations(program?: string): void {
  describe("wherever and however it is made, a commit that adds a key is stopped", () => {
    it("from an index of its own", async () => {
      using repository = await guardedRepository({ program });
      const env = { GIT_INDEX_FILE: join(repository.outside, "own-index") };
      repository.write("a.env", line);
      await repository.run(["read-tree", "HEAD"], { env });
      await repository.run(["add", "a.env"], { env });
      expect((await tryCommit(repository, [], env)).isBlocked).toBe(true);
      expect((await tryCommit(repository, ["--allow-empty"])).isBlocked).toBe(false);
    });

    it("from a folder inside, and from outside by GIT_DIR and GIT_WORK_TREE", async () => {
      using repository = await guardedRepository({ program });
      repository.write("deep/a.txt", "x\n");
      await stage("a.env", line)(repository);
      const commit = ["commit", "-m", "x"];
      const inside = await repository.run(commit, { directory: join(repository.path, "deep") });
      expect([inside.exitCode, inside.stderr.includes("commit stopped")]).toEqual([1, true]);
      const env = { GIT_DIR: join(repository.path, ".git"), GIT_WORK_TREE: repository.path };
      const outside = await repository.run(commit, { directory: repository.outside, env });
      expect([outside.exitCode, outside.stderr.includes("commit stopped")]).toEqual([1, true]);
    });

    it("with commit -p, and not when the hunk with it is left out", async () => {
      for (const [answer, exitCode] of [
        ["y\nn\n", 1],
        ["n\ny\n", 0],
      ] as const) {
        using repository = await guardedRepository({ program });
        await committed("a.txt", "x\n".repeat(40))(repository);
        repository.write("a.txt", `${line}${"x\n".repeat(40)}last\n`);
        const result = await repository.run(["commit", "-p", "-m", "x"], { input: Buffer.from(answer) });
        expect([result.exitCode, result.stderr.includes("commit stopped")]).toEqual([
          exitCode,
          exitCode === 1,
        ]);
      }
    });

    it("in a submodule's own repository", async () => {
      using repository = await guardedRepository({ program });
      using other = await guardedRepository();
      const add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", other.path, "module"];
      await repository.git(...add);
      const directory = join(repository.path, "module");
      await keywarden(["hook", "install"], { directory, env: repository.env, program });
      writeFileSync(join(directory, "a.env"), line);
      await repository.run(["add", "--all"], { directory });
      const { exitCode, stderr } = await repository.run(["commit", "-m", "x"], { directory });
      expect([exitCode, stderr.includes("commit stopped")]).toEqual([1, true]);
    });

    it("in a linked worktree", async () => {
      using repository = await guardedRepository({ program });
      const worktree = join(repository.outside, "linked");
      await repository.git("worktree", "add", "-q", worktree);
      writeFileSync(join(worktree, "a.env"), line);
      await repository.run(["add", "--all"], { directory: worktree });
      const { exitCode, stderr } = await repository.run(["commit", "-m", "x"], { directory: worktree });
      expect([exitCode, stderr.includes("commit stopped")]).toEqual([1, true]);
    });
  });
}
