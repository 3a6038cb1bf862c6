import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { guardedRepository, live, publishable, restricted, test, tryCommit } from "./command.ts";
import { committed, config, line, type Prepare, setUp, stage } from "./trap-steps.ts";

/** Declares the traps of staged scanning, one repository each, through the real hook that this program installs. */
export function describeTraps(program?: string): void {
  async function outcome(
    prepare: Prepare,
    options: Parameters<typeof guardedRepository>[0] = {},
    args: readonly string[] = [],
    env = {},
  ) {
    using repository = await guardedRepository({ ...options, program });
    await prepare(repository);
    return (await tryCommit(repository, args, env)).isBlocked;
  }

  describe("a commit that adds a key is stopped", () => {
    it.each<[string, Prepare]>([
      ["in a plain file", stage("a.env", line)],
      ["a test key", stage("a.env", `KEY=${test}\n`)],
      ["a restricted key", stage("a.env", `KEY=${restricted}\n`)],
      [
        "although the attribute -diff is staged with it",
        setUp(stage(".gitattributes", "* -diff\n"), stage("a.env", line)),
      ],
      [
        "although the attribute binary is staged with it",
        setUp(stage(".gitattributes", "* binary\n"), stage("a.env", line)),
      ],
      [
        "although a textconv hides it",
        setUp(
          config("diff.hide.textconv", "true"),
          stage(".gitattributes", "* diff=hide\n"),
          stage("a.env", line),
        ),
      ],
      ["although diff.external is set", setUp(config("diff.external", "true"), stage("a.env", line))],
      ["although color.ui is always", setUp(config("color.ui", "always"), stage("a.env", line))],
      ["although diff.noprefix is set", setUp(config("diff.noprefix", "true"), stage("a.env", line))],
      [
        "although diff.orderFile is missing",
        setUp(config("diff.orderFile", "nowhere"), stage("a.env", line)),
      ],
      ["although quotePath is off", setUp(config("core.quotePath", "false"), stage('q"uo\tte é.env', line))],
      [
        "although diff.renames finds copies",
        setUp(
          config("diff.renames", "copies"),
          committed("a.txt", "x\n".repeat(50)),
          stage("b.txt", "x\n".repeat(50) + line),
        ),
      ],
      ["at a path that is not UTF-8", stage(Buffer.from([0x61, 0xff, 0x62]), line)],
      ["at a path that starts with a hyphen", stage("-rf.env", line)],
      ["at a path that starts with a colon", stage(":(top)a.env", line)],
      ["at a path with glob characters", stage("a[b]*.env", line)],
      ["at a path with a line break", stage("a\nb.env", line)],
      ["in a path name", stage(`dir/${live}/a.txt`, "x\n")],
      ["in an empty file's name", stage(`${live}.txt`, "")],
      ["in UTF-16", stage("a.reg", Buffer.from(`\uFEFF${line}`, "utf16le"))],
      ["behind a NUL byte", stage("a.bin", Buffer.concat([Buffer.from([0, 1, 2, 0]), Buffer.from(line)]))],
      ["in Latin-1", stage("a.ini", Buffer.concat([Buffer.from([0xe9, 0x20]), Buffer.from(line)]))],
      ["with CRLF", stage("a.env", `A=1\r\n${line.trim()}\r\n`)],
      ["without a line break at the end", stage("a.env", line.trim())],
      ["in one line of 5 MB", stage("a.js", `${"x=1;".repeat(1_250_000)}"${live}"`)],
      ["in a file that reads like a patch", stage("a.txt", `diff --git a/x b/x\n+++ b/x\n-- ${live}\n`)],
      [
        "in a file that is ignored and added by force",
        setUp(stage(".gitignore", "*.env\n"), async (repository) => {
          repository.write("a.env", line);
          await repository.git("add", "-f", "a.env");
        }),
      ],
      [
        "in a file whose work tree copy is clean again",
        setUp(stage("a.env", line), (repository) => repository.write("a.env", "clean\n")),
      ],
      ["as a second copy", setUp(committed("a.env", line), stage("b.env", line))],
      [
        "in the target of a symbolic link",
        async (repository) => {
          symlinkSync(`/nowhere/${live}`, join(repository.path, "link"));
          await repository.git("add", "--all");
        },
      ],
      [
        "where a symbolic link became a file",
        setUp(
          async (repository) => {
            symlinkSync("nowhere", join(repository.path, "a.env"));
            await repository.commit("link");
            await repository.git("rm", "-q", "a.env");
          },
          stage("a.env", line),
        ),
      ],
      [
        "renamed and edited at once",
        setUp(
          committed("a.txt", "x\n".repeat(50)),
          (repository) => repository.git("mv", "a.txt", "b.txt"),
          stage("b.txt", "x\n".repeat(50) + line),
        ),
      ],
      [
        "although core.bigFileThreshold makes it binary",
        setUp(config("core.bigFileThreshold", "1k"), stage("a.log", "x\n".repeat(50_000) + line)),
      ],
      [
        "although core.fsmonitor names a program that says that nothing changed",
        setUp(stage("a.env", line), config("core.fsmonitor", "true")),
      ],
      [
        "although prefixes, moved lines and the context are shaped otherwise",
        setUp(
          config("diff.mnemonicPrefix", "true"),
          config("diff.colorMoved", "zebra"),
          config("diff.relative", "true"),
          config("diff.context", "0"),
          config("diff.ignoreSubmodules", "all"),
          stage("a.env", line),
        ),
      ],
      [
        "although a replacement shows another blob",
        setUp(stage("a.env", line), async (repository) => {
          const id = (await repository.git("rev-parse", ":a.env")).trim();
          await repository.git("replace", id, (await repository.git("rev-parse", "HEAD:readme.md")).trim());
        }),
      ],
      ["with autocrlf", setUp(config("core.autocrlf", "true"), stage("a.env", `A=1\r\n${line.trim()}\r\n`))],
      [
        "in a file that is deleted from the work tree again",
        setUp(stage("a.env", line), (repository) => rmSync(join(repository.path, "a.env"))),
      ],
      [
        "in a file that is marked skip-worktree",
        setUp(
          committed("a.env", "KEY=\n"),
          stage("a.env", line),
          (repository) => repository.git("update-index", "--skip-worktree", "a.env"),
          (repository) => repository.write("a.env", "KEY=\n"),
        ),
      ],
      [
        "at a path outside of a sparse checkout",
        setUp(
          committed("out/a.txt", "x\n"),
          (repository) => repository.git("sparse-checkout", "set", "in"),
          (repository) => repository.write("out/a.env", line),
          (repository) => repository.git("add", "--sparse", "out/a.env"),
        ),
      ],
      [
        "where a file became a symbolic link",
        setUp(committed("a", "x\n"), async (repository) => {
          rmSync(join(repository.path, "a"));
          symlinkSync(`/nowhere/${live}`, join(repository.path, "a"));
          await repository.git("add", "--all");
        }),
      ],
    ])("%s", async (_, prepare) => {
      expect(await outcome(prepare)).toBe(true);
    });

    it("with commit --amend", async () => {
      expect(await outcome(stage("a.env", line), {}, ["--amend"])).toBe(true);
    });

    it("in a repository without a commit", async () => {
      expect(await outcome(stage("a.env", line), { isUnborn: true })).toBe(true);
    });

    it("in a SHA-256 repository, with and without a commit", async () => {
      expect(await outcome(stage("a.env", line), { objectFormat: "sha256" })).toBe(true);
      expect(await outcome(stage("a.env", line), { objectFormat: "sha256", isUnborn: true })).toBe(true);
    });

    it("with commit -a", async () => {
      expect(await outcome((repository) => repository.write("readme.md", line), {}, ["-a"])).toBe(true);
    });

    it("with commit <path>", async () => {
      expect(await outcome((repository) => repository.write("readme.md", line), {}, ["readme.md"])).toBe(
        true,
      );
    });

    it("although GIT_EXTERNAL_DIFF is set", async () => {
      expect(await outcome(stage("a.env", line), {}, [], { GIT_EXTERNAL_DIFF: "true" })).toBe(true);
    });

    it("in the name of a submodule that git is told to ignore", async () => {
      const prepare = setUp(
        config("submodule.module.ignore", "all"),
        config("diff.ignoreSubmodules", "all"),
        async (repository) => {
          const entry = `160000,${"1".repeat(40)},lib/${live}`;
          repository.write(
            ".gitmodules",
            `[submodule "module"]\n\tpath = lib/${live.slice(0, 8)}\n\turl = x\n`,
          );
          await repository.git("update-index", "--add", "--cacheinfo", entry);
        },
      );
      expect(await outcome(prepare)).toBe(true);
    });

    it("in a name that a merge itself adds, and not in one that the other branch added", async () => {
      using repository = await guardedRepository({ program });
      await repository.git("checkout", "-q", "-b", "other");
      repository.write(`d/${live}`, "x\n");
      await repository.git("add", "--all");
      await repository.git("commit", "-q", "--no-verify", "-m", "other");
      await repository.git("checkout", "-q", "main");
      repository.write("main.txt", "x\n");
      await repository.commit("main");
      await repository.git("merge", "-q", "--no-commit", "other");
      repository.write(`e/${live}`, "y\n");
      await repository.git("add", "--all");
      expect((await tryCommit(repository)).isBlocked).toBe(true);
      await repository.git("rm", "-q", "-r", "-f", "e");
      expect((await tryCommit(repository)).isBlocked).toBe(false);
    });

    it("when a merge itself introduces it, and not when the other branch did", async () => {
      using repository = await guardedRepository({ program });
      await repository.git("checkout", "-q", "-b", "other");
      repository.write("other.env", `KEY=${test}\n`);
      await repository.git("add", "--all");
      await repository.git("commit", "-q", "--no-verify", "-m", "other");
      await repository.git("checkout", "-q", "main");
      repository.write("main.txt", "x\n");
      await repository.commit("main");
      await repository.git("merge", "-q", "--no-commit", "other");
      repository.write("evil.env", line);
      await repository.git("add", "--all");
      const { isBlocked, output } = await tryCommit(repository);
      expect(isBlocked).toBe(true);
      expect(output).toContain("it adds 1 key");
      await repository.git("rm", "-q", "-f", "evil.env");
      expect((await tryCommit(repository)).isBlocked).toBe(false);
    });
  });

  describe("a commit that adds no key passes", () => {
    it.each<[string, Prepare]>([
      ["a plain change", stage("a.txt", "x\n")],
      ["a publishable key", stage("a.js", `k = "${publishable}"`)],
      ["a placeholder", stage("a.env", "KEY=sk_" + "live_YOUR_KEY_HERE\n")],
      ["a published example", stage("a.md", "sk_" + "live_abc123xyz789\n")],
      ["the removal of a key", setUp(committed("a.env", line), stage("a.env", "KEY=\n"))],
      [
        "the removal of a file with a key",
        setUp(committed("a.env", line), (repository) => repository.git("rm", "-q", "a.env")),
      ],
      [
        "an edit elsewhere in a file with a key",
        setUp(committed("a.env", line), stage("a.env", `# note\n  ${line}`)),
      ],
      [
        "a rename of a file with a key",
        setUp(committed("a.env", line), (repository) => repository.git("mv", "a.env", "z.env")),
      ],
      [
        "a key that moves to a file that sorts before",
        setUp(committed("m.env", line), stage("a.env", line), stage("m.env", "x\n")),
      ],
      [
        "a change of mode only",
        setUp(committed("a.sh", line), async (repository) => {
          chmodSync(join(repository.path, "a.sh"), 0o755);
          await repository.git("add", "--all");
        }),
      ],
      [
        "an unstaged key beside a staged change",
        setUp(stage("a.txt", "x\n"), (repository) => repository.write("b.env", line)),
      ],
      [
        "a key that is only intended to be added",
        setUp(stage("a.txt", "x\n"), async (repository) => {
          repository.write("b.env", line);
          await repository.git("add", "-N", "b.env");
        }),
      ],
      [
        "a key that a clean filter removes",
        setUp(
          config("filter.strip.clean", "sed s/sk_.*/removed/"),
          stage(".gitattributes", "*.env filter=strip\n"),
          stage("a.env", line),
        ),
      ],
      [
        "a submodule",
        async (repository) => {
          await repository.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
        },
      ],
    ])("%s", async (_, prepare) => {
      expect(await outcome(prepare)).toBe(false);
    });

    it("a staged key that this commit <path> does not include", async () => {
      const prepare = setUp(stage("a.env", line), (repository) => repository.write("readme.md", "changed\n"));
      expect(await outcome(prepare, {}, ["readme.md"])).toBe(false);
    });
  });
}
