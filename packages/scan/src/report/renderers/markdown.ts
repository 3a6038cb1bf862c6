import { printable } from "../../printable.ts";
import type { Render } from "../report.ts";
import { tableOf } from "../report-table.ts";

/** Renders a page in GitHub's Markdown: for the summary of a CI step, an issue or a wiki. */
export const renderMarkdown: Render = (report, context) => {
  const { title, columns, rows, lists, closing } = tableOf(report, context);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const table = [row(columns), row(columns.map(() => "---")), ...rows.map((cells) => row(cells.map(code)))];
  const blocks = [
    `## ${quote(title)}`,
    ...(rows.length === 0 ? [] : [table.join("\n")]),
    ...lists.map((list) => `### ${list.title}\n\n${list.lines.map((line) => `- ${quote(line)}`).join("\n")}`),
    closing.map(quote).join("\\\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
};

// A reference to a character is never taken for markup. Inside <code>, GitHub makes no link of a name or a number.
const code = (text: string): string => (text === "" ? "" : `<code>${quote(text)}</code>`);

const quote = (text: string): string =>
  printable(text).replaceAll(/[\\`*_{}[\]<>#|~&@$!]/g, (character) => `&#${character.charCodeAt(0)};`);
