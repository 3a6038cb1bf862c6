import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { tui } from "../src/tui/tui.ts";
import type { Terminal } from "../src/terminal.ts";
import { copyProgram } from "./copy-program.ts";
import { keywarden } from "./command.ts";

// It says what it was given and where it stands, as keywarden-tui would find it.
const terminalProgram = `console.log(JSON.stringify({
  args: process.argv.slice(2), file: process.argv[1], pid: process.pid
})); process.exitCode = 1;`;

function installTerminal(folder: string): string {
  const home = join(folder, "node_modules/keywarden-tui");
  mkdirSync(join(home, "dist"), { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "keywarden-tui", version: "0.1.0" }));
  writeFileSync(join(home, "dist/package.json"), JSON.stringify({ type: "commonjs" }));
  const file = join(home, "dist/main.js");
  writeFileSync(file, terminalProgram);
  return file;
}

/** Asks what would be run, without running it. */
function wanted(program: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const terminal: Pick<Terminal, "program" | "env" | "become"> = {
    program,
    env,
    become: (file, args) => Promise.reject(new Error([file, ...args].join(" "))),
  };
  return Promise.resolve()
    .then(() => tui({ operands: ["--once"] }, terminal as Terminal))
    .catch((error: unknown) => (error instanceof Error ? error.message : error));
}

describe("keywarden tui", () => {
  it("becomes the keywarden-tui beside it: same process, all arguments, its exit status", async () => {
    using place = makeTemporaryDirectory();
    const program = copyProgram(join(place.path, "node_modules/keywarden"));
    const file = installTerminal(place.path);
    const child = promisify(execFile)(process.execPath, [program, "tui", "--once", "--help", "x"], {
      cwd: "/",
    });
    const { pid } = child.child;
    const { code, stdout } = await child.then(
      () => ({ code: 0, stdout: "" }),
      (error: { code: number; stdout: string }) => error,
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ args: ["--once", "--help", "x"], file, pid });
  });

  it("looks on the PATH after that, and never in the folder that somebody is in", async () => {
    using place = makeTemporaryDirectory();
    const file = installTerminal(place.path);
    using other = makeTemporaryDirectory();
    const bin = join(other.path, "keywarden-tui");
    writeFileSync(bin, terminalProgram);
    expect(await wanted("/nowhere/keywarden/dist/main.js", { PATH: other.path })).toContain(
      "is not installed",
    );
    chmodSync(bin, 0o755);
    const path = ["", ".", "/nowhere", other.path].join(delimiter);
    expect(await wanted("/nowhere/keywarden/dist/main.js", { PATH: path })).toBe(`${bin} --once`);
    const beside = join(place.path, "node_modules/keywarden/dist/main.js");
    expect(await wanted(beside, { PATH: path })).toBe(`${file} --once`);
  });

  it("says what is missing, and explains itself without it", async () => {
    using place = makeTemporaryDirectory();
    const program = copyProgram(join(place.path, "keywarden"));
    const bare = { directory: place.path, env: { PATH: "" }, program };
    const refused = await keywarden(["tui", "--write"], bare);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toBe(
      "keywarden: keywarden-tui is not installed: install its package where keywarden is, or put it on the PATH\n",
    );
    expect((await keywarden(["help", "tui"], bare)).stdout).toContain("keywarden tui --help lists");
  });
});
