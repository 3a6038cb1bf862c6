export interface Row {
  readonly measure: string;
  readonly value: string;
  readonly compared: string;
}

export interface Section {
  readonly title: string;
  /** One sentence: what is timed, on what, how often. */
  readonly method: string;
  readonly rows: readonly Row[];
}

/** A table of any columns. */
export interface Table {
  readonly title: string;
  readonly method: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A section as a Markdown table, so that the output can be pasted into docs/benchmarks.md. */
export function renderSection({ title, method, rows }: Section): string {
  const cells = rows.map(({ measure, value, compared }) => [measure, value, compared]);
  return renderTable({ title, method, head: ["measure", "value", "compared"], rows: cells });
}

/** A table in Markdown, likewise. */
export function renderTable({ title, method, head, rows }: Table): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `\n## ${title}\n\n${method}\n\n${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
export const megabytesPerSecond = (sizeBytes: number, elapsedMs: number): string =>
  `${(sizeBytes / 1e6 / (elapsedMs / 1e3)).toFixed(0)} MB/s`;
export const gigabytesPerSecond = (sizeBytes: number, elapsedMs: number): string =>
  `${(sizeBytes / 1e9 / (elapsedMs / 1e3)).toFixed(2)} GB/s`;
