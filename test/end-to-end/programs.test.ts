import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeTemporaryDirectory } from "@keywarden/testing";
import type { AppFolder } from "@keywarden/testing/built-program";
import { startKeyServer } from "@keywarden/testing/programs";
import { describe, expect, test } from "vitest";
import { runBuilt, runFile } from "./run-built.ts";

const apps = [
  { name: "keywarden", app: "cli" },
  { name: "keywarden-server", app: "key-server" },
  { name: "keywarden-github-app", app: "github-app" },
  { name: "keywarden-tui", app: "tui" },
] as const;

const run = (app: AppFolder, args: readonly string[], directory: string) =>
  runBuilt(app, args, { directory });
const runNode = (argv: readonly string[], directory: string) =>
  runFile(process.execPath, argv, { directory });

describe.each(apps)("the built $name", ({ name, app }) => {
  test("says its version, the one in its manifest", async () => {
    using directory = makeTemporaryDirectory();
    const manifest = fileURLToPath(new URL(`../../apps/${app}/package.json`, import.meta.url));
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
    const result = await run(app, ["--version"], directory.path);
    expect(result).toMatchObject({ status: 0, stdout: expect.stringContaining(version), stderr: "" });
  });

  test("teaches with --help on standard output", async () => {
    using directory = makeTemporaryDirectory();
    const result = await run(app, ["--help"], directory.path);
    expect(result).toMatchObject({ status: 0, stdout: expect.stringContaining(name), stderr: "" });
    expect(result.stdout.split("\n").every((line) => line.length <= 140)).toBe(true);
  });

  test.skipIf(!existsSync("/dev/full"))("ends with 2 where it cannot even say what is wrong", () => {
    using directory = makeTemporaryDirectory();
    const file = fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
    const args = ["-c", '"$0" "$1" --nonsense 2> /dev/full', process.execPath, file];
    expect(spawnSync("sh", args, { cwd: directory.path }).status).toBe(2);
  });

  test.skipIf(spawnSync("groff", ["--version"]).error !== undefined)(
    "brings a manual page that groff sets without a warning",
    () => {
      const page = fileURLToPath(new URL(`../../apps/${app}/dist/${name}.1`, import.meta.url));
      const { status, stderr } = spawnSync("groff", ["-man", "-ww", "-Tutf8", page]);
      expect([status, stderr.toString()]).toEqual([0, ""]);
    },
  );

  test("answers for its version, its help and a mistake out of small files, without those that do its work", async () => {
    using directory = makeTemporaryDirectory();
    for (const file of ["main.js", "early.cjs", "package.json", ...(app === "cli" ? ["help.cjs"] : [])]) {
      const built = fileURLToPath(new URL(`../../apps/${app}/dist/${file}`, import.meta.url));
      cpSync(built, join(directory.path, file));
    }
    const answers = ["--version", "--help", "help completions", "completions bash", "--verison"].map(
      async (words) => {
        const argv = [join(directory.path, "main.js"), ...words.split(" ")];
        const { status, stderr } = await runNode(argv, directory.path);
        return [words, status, stderr.split("\n").length];
      },
    );
    expect(await Promise.all(answers)).toEqual([
      ["--version", 0, 1],
      ["--help", 0, 1],
      ["help completions", 0, 1],
      ["completions bash", 0, 1],
      ["--verison", 2, 2],
    ]);
  });

  test("answers an unknown flag with one sentence, status 2 and no stack trace", async () => {
    using directory = makeTemporaryDirectory();
    const result = await run(app, ["--verison"], directory.path);
    expect(result).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("--version") });
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });
});

describe.runIf(process.platform === "linux")("the built keywarden-server on Linux", () => {
  test.each([
    { given: undefined, used: "1" },
    { given: "4", used: "4" },
  ])(
    "takes one arena of malloc, in the process that was started, unless told otherwise: $given",
    async ({ given, used }) => {
      using directory = makeTemporaryDirectory();
      const file = fileURLToPath(new URL("../../apps/key-server/dist/main.js", import.meta.url));
      const env = { ...process.env, MALLOC_ARENA_MAX: given };
      const { program } = await startKeyServer({ file, directory: directory.path, env });
      const environment = readFileSync(`/proc/${program.processId}/environ`, "utf8").split("\0");
      expect(environment).toContain(`MALLOC_ARENA_MAX=${used}`);
      expect(await program.stop()).toBe(0);
    },
  );
});
