import { readFileSync } from "node:fs";
import { builtInProviders } from "@keywarden/key-format";
import { rules, sourceOf, type HygieneRule, type RuleId } from "@keywarden/hygiene";

export const rulesDocument = new URL("../../../docs/hygiene.md", import.meta.url);

/** The rows of the table of rules, as the code has them. */
export const ruleRows = (): readonly string[] => Object.entries(rules).map(rowOf);

/** Gives the document with these rows in place of its own. */
export function withRuleRows(): string {
  const lines = readFileSync(rulesDocument, "utf8").split("\n");
  const first = lines.findIndex((line) => line.startsWith("| `"));
  const rest = lines.filter((line) => !line.startsWith("| `"));
  return [...rest.slice(0, first), ...ruleRows(), ...rest.slice(first)].join("\n");
}

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
