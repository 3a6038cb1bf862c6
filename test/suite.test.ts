import { globSync, readFileSync } from "node:fs";
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
