import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { readCodeBlocks } from "./code-blocks.ts";

const root = join(import.meta.dirname, "../..");

// `npm ci`, `npm start` and `npm test` are steps of .ci/run.
const isStepOfCi = (block: string): boolean => block.startsWith("npm ci");

test("every command of the README that can run runs, in a fresh clone after npm ci", () => {
  using folder = makeTemporaryDirectory();
  const clone = join(folder.path, "keywarden");
  execFileSync("git", ["clone", "--quiet", "--local", root, clone]);
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  for (const app of ["cli", "key-server", "github-app", "tui"])
    if (existsSync(join(root, "apps", app, "dist")))
      cpSync(join(root, "apps", app, "dist"), join(clone, "apps", app, "dist"), { recursive: true });
  const blocks = readCodeBlocks(readFileSync(join(root, "README.md"), "utf8")).filter(
    ({ language, text, notRun }) => language === "sh" && notRun === null && !isStepOfCi(text),
  );
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  for (const { text, line } of blocks) {
    // The build is a step of .ci/run, and its result is copied here.
    const script = text.replace(/^npm run build && /m, "");
    const { status, stdout, stderr } = spawnSync("bash", ["-eu", "-c", script], {
      cwd: clone,
      encoding: "utf8",
      env: { ...process.env, HOME: folder.path, CI: "true" },
    });
    // 1 is an answer too: a test key in the history of an example, say.
    expect({ line, status, stdout, stderr }).toMatchObject({ status: expect.toBeOneOf([0, 1]) as number });
    expect(stderr).not.toMatch(/not found|could not determine executable/);
  }
});
