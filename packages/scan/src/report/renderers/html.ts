import { printable } from "../../printable.ts";
import type { Render } from "../report.ts";
import { tableOf } from "../report-table.ts";

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { border: 1px solid #8886; padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 6rem; }
td:nth-child(2), td:nth-child(4), td:last-child { font-family: ui-monospace, monospace; font-size: 0.9em; }
footer { margin-top: 2rem; opacity: 0.8; }
`;

/** Renders one HTML file that needs nothing beside it: no script, no image, nothing from the network. */
export const renderHtml: Render = (report, context) => {
  const { title, columns, rows, lists, closing } = tableOf(report, context);
  const cells = (name: "th" | "td", texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${name}>${quote(text)}</${name}>`).join("")}</tr>`;
  const table = [
    "<table>",
    `<thead>${cells("th", columns)}</thead>`,
    "<tbody>",
    ...rows.map((row) => cells("td", row)),
    "</tbody></table>",
  ];
  const lines = [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${quote(title)}</title><style>${style}</style></head><body>`,
    `<h1>${quote(title)}</h1>`,
    ...(rows.length === 0 ? [] : table),
    ...lists.flatMap((list) => [
      `<h2>${quote(list.title)}</h2>`,
      `<ul>${list.lines.map((line) => `<li>${quote(line)}</li>`).join("")}</ul>`,
    ]),
    `<footer>${[...closing, `keywarden ${context.version}, ${context.endedAt}`].map(quote).join("<br>")}</footer>`,
    "</body></html>",
  ];
  return `${lines.join("\n")}\n`;
};

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const quote = (text: string): string =>
  printable(text).replaceAll(/[&<>"']/g, (character) => references[character] ?? character);
