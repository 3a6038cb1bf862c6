import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ruleRows, rulesDocument } from "./rules-document.ts";

it("docs/hygiene.md lists every rule as the code has it; npm run generate -w packages/hygiene writes it", () => {
  const listed = readFileSync(rulesDocument, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(listed.map((line) => line.replaceAll(/ +/g, " "))).toEqual(ruleRows());
});
