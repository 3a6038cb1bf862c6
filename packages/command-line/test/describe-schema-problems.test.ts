import { describeSchemaProblems } from "@keywarden/command-line";
import { expect, test } from "vitest";

test("what is wrong with a document is one line that says where, without a value", () => {
  const issues = [
    { path: [], message: "must be a list" },
    { path: [0, "url"], message: "Invalid URL" },
    { path: ["rotate", 1, "provider"], message: "Invalid input: expected string" },
  ];
  expect(describeSchemaProblems({ issues })).toBe(
    "must be a list; [0].url: Invalid URL; rotate[1].provider: Invalid input: expected string",
  );
});
