import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = globSync("{packages,apps}/*/test/**/*.test.{ts,tsx}", { cwd: root });

// vitest passes where it finds no test, so that a new package can be empty for a day.
test("every package and app has tests", () => {
  const rooms = globSync("{packages,apps}/*/package.json", { cwd: root }).map((path) =>
    path.replace("/package.json", "/").replaceAll("\\", "/"),
  );
  expect(rooms.length).toBeGreaterThan(10);
  expect(rooms.filter((room) => !files.some((file) => file.replaceAll("\\", "/").startsWith(room)))).toEqual(
    [],
  );
});

const all = [...files, ...globSync("test/**/*.test.ts", { cwd: root })];
const filesWith = (pattern: RegExp) =>
  all.filter((file) => file !== "test/suite.test.ts" && pattern.test(readFileSync(`${root}${file}`, "utf8")));

test("no test is tried twice, left out or run alone", () => {
  expect(filesWith(/\bretry: *[1-9]|\b(?:it|test|describe)\.only\(/)).toEqual([]);
});

// On a busy machine a second is nothing: vitest.config.ts says how long a test may take and expect.poll waits.
test("no test waits less than the suite's patience", () => {
  expect(filesWith(/\bvi\.wait(?:For|Until)\(|\.poll\([^;]*?\btimeout: [\d_]{1,6}\b/)).toEqual([]);
  const ownLimit = /^ *(?:\}, )?\d{2,3}_000(?:,|\);)$|^ *\{ timeout: [\d_]+ \},$|", \{ timeout: [\d_]+ \}, /m;
  expect(filesWith(ownLimit)).toEqual([]);
  // A browser's own patience is a third of it: pages are opened by one function, which says how long they wait.
  expect(filesWith(/\.newPage\(|\.setDefault(?:Navigation)?Timeout\(/)).toEqual([]);
});

// A client gives up after ten seconds, within which a machine that runs several suites may not come to answer.
test("no slow test asks a server with less than the suite's patience", () => {
  const impatient = /\bmakeInventoryClient\(\{(?![^}]*\btimeoutMs\b)/;
  expect(filesWith(impatient).filter((file) => file.endsWith(".slow.test.ts"))).toEqual([]);
});

// Of random cases, any number may be of one sort: what counts them afterwards is fixed to those of one seed.
test("how often something came up in random cases is asked of the same cases every time", () => {
  const counted =
    /\{ numRuns(?!.*\bseed\b)[^\n]*\}\)?,?;?\n(?: *\);\n)?(?: *\/\/[^\n]*\n)* *expect\((?:Math\.min\()?[\w., ]+\)+\.toBeGreater/;
  expect(filesWith(counted)).toEqual([]);
});

// A system may do something more between a signal and the end that it brings.
test("a program that kills itself in a test does nothing more", () => {
  const programs = globSync("{packages,apps}/*/test/**/*.ts", { cwd: root });
  const killing = programs.filter((file) =>
    /process\.kill\(process\.pid, "SIGKILL"\);(?!\s*Atomics\.wait)/.test(
      readFileSync(`${root}${file}`, "utf8"),
    ),
  );
  expect(programs.length).toBeGreaterThan(100);
  expect(killing).toEqual([]);
});

test("a suite that starts another app's program reruns when its source changes", () => {
  const { tasks } = JSON.parse(readFileSync(`${root}turbo.json`, "utf8")) as {
    tasks: Readonly<Record<string, { readonly inputs?: readonly string[] }>>;
  };
  const setups = globSync("apps/*/test/global-setup.ts", { cwd: root });
  expect(setups.length).toBeGreaterThan(2);
  const missing = setups.flatMap((path) => {
    const app = path.replaceAll("\\", "/").split("/")[1] ?? "";
    const { name } = JSON.parse(readFileSync(`${root}apps/${app}/package.json`, "utf8")) as { name: string };
    const built = /buildPrograms\(project, \[([^\]]*)\]/.exec(readFileSync(`${root}${path}`, "utf8"))?.[1];
    const others = [...(built ?? "").matchAll(/"([\w-]+)"/g)].flatMap(([, other = ""]) => [other]);
    const inputs = tasks[`${name}#test`]?.inputs ?? [];
    return others
      .filter((other) => other !== app && !inputs.includes(`$TURBO_ROOT$/apps/${other}/src/**`))
      .map((other) => `${name} starts ${other}`);
  });
  expect(missing).toEqual([]);
});

// turbo repeats what a suite said the last time while nothing changed that it knows of.
test("a suite that reads a file of another room reruns when that changes", () => {
  const readJson = (path: string): TurboFile =>
    existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as TurboFile) : {};
  const { globalDependencies = [], tasks = {} } = readJson(`${root}turbo.json`);
  const named = /((?:\.\.\/){2,}|\$\{root\}|URL\("(?=docs|templates))([\w.-]+\/[\w./-]+\.[a-z]+)["`]/g;
  const quick = globSync("{packages,apps}/*/test/**/*.ts", { cwd: root }).filter(
    (file) => !/\.slow\./.test(file),
  );
  const reads = quick.flatMap((file) =>
    [...readFileSync(`${root}${file}`, "utf8").matchAll(named)].map(([, from = "", path = ""]) => ({
      room: file.split("/").slice(0, 2).join("/"),
      path: from.startsWith("..") ? relative(root, join(root, dirname(file), from, path)) : path,
    })),
  );
  const missing = reads.filter(({ room, path }) => {
    // What a dependency is built of is part of every hash; a text that is no file is not read.
    if (!existsSync(`${root}${path}`) || path.startsWith(`${room}/`) || path.includes("/src/")) return false;
    const { name } = JSON.parse(readFileSync(`${root}${room}/package.json`, "utf8")) as { name: string };
    const own = readJson(`${root}${room}/turbo.json`).tasks?.["test"]?.inputs ?? [];
    const inputs = [...globalDependencies, ...own, ...(tasks[`${name}#test`]?.inputs ?? [])];
    return !inputs.some((input) => matchesGlob(path, input.replace("$TURBO_ROOT$/", "")));
  });
  expect(reads.length).toBeGreaterThan(10);
  expect(missing.map(({ room, path }) => `${room} reads ${path}`)).toEqual([]);
});

interface TurboFile {
  readonly globalDependencies?: readonly string[];
  readonly tasks?: Readonly<Record<string, { readonly inputs?: readonly string[] }>>;
}
