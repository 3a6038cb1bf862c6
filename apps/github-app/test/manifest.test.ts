import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { permissions, permissionsForEvents, unaskedEvents } from "../src/github/needs.ts";
import { inputs } from "../src/inputs/inputs.ts";

const root = new URL("../../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("templates/github-app/manifest.json", root), "utf8")) as {
  readonly default_events: readonly string[];
  readonly default_permissions: Readonly<Record<string, string>>;
};
const subscribed = [...inputs.keys()].filter((event) => !unaskedEvents.has(event));

test("the manifest subscribes to every event that the App reads, and to no other", () => {
  expect(manifest.default_events.toSorted()).toStrictEqual(subscribed.toSorted());
});

test("the manifest asks for every permission that the App uses or an event needs, and for no other", () => {
  expect(manifest.default_permissions).toStrictEqual({ ...permissions, ...permissionsForEvents });
});

test("the operations guide names every event and permission", () => {
  const guide = readFileSync(new URL("docs/operations.md", root), "utf8");
  const table = guide.slice(guide.indexOf("### What the App is granted"));
  for (const [name, level] of Object.entries(manifest.default_permissions))
    expect(table).toMatch(new RegExp(`\\| \`${name}\` +\\| ${level} `, "u"));
  for (const event of inputs.keys()) expect(table).toContain(`\`${event}\``);
});
