import { readFileSync } from "node:fs";
import { builtInProviders } from "@keywarden/key-format";
import { rules, sourceOf, type HygieneRule, type RuleId } from "@keywarden/hygiene";
import { expect, it } from "vitest";

const documentation = readFileSync(new URL("../../../docs/hygiene.md", import.meta.url), "utf8");

const rowOf = ([id, rule]: [string, HygieneRule]): string => {
  const sources = builtInProviders.flatMap((provider) => {
    const source = sourceOf(id as RuleId, provider.id);
    return source.provider === null ? [] : [`${provider.name}: “${source.sentence}”`];
  });
  const cells = [
    `\`${id}\``,
    rule.severity,
    rule.commands.join(", "),
    rule.condition,
    [...sources, `Else: ${rule.otherwise}`].join("<br>"),
  ];
  return `| ${cells.join(" | ")} |`;
};

it("docs/hygiene.md lists every rule as the code has it", () => {
  const rows = Object.entries(rules).map(rowOf);
  const listed = documentation.split("\n").filter((line) => line.startsWith("| `"));
  expect(listed.map((line) => line.replaceAll(/ +/g, " "))).toEqual(rows);
});
