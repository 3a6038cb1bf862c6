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

test("no test is tried twice, left out or run alone", () => {
  const end = [...files, ...globSync("test/**/*.test.ts", { cwd: root })];
  const forgiving = /\bretry: *[1-9]|\b(?:it|test|describe)\.only\(/;
  expect(end.filter((file) => forgiving.test(readFileSync(`${root}${file}`, "utf8")))).toEqual([]);
});
