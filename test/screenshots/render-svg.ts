import xterm from "@xterm/headless";

// One calm palette for both backgrounds; the first eight are those of a plain terminal, the others its bright ones.
const palette = [
  "#24292f",
  "#cf222e",
  "#1a7f37",
  "#9a6700",
  "#0969da",
  "#8250df",
  "#1b7c83",
  "#57606a",
  "#57606a",
  "#a40e26",
  "#2da44e",
  "#bf8700",
  "#218bff",
  "#a475f9",
  "#3192aa",
  "#8c959f",
];
const [background, foreground, faint] = ["#ffffff", "#24292f", "#6e7781"];
const [cellWidth, cellHeight, padding] = [8.4, 19, 16];

/** Draws what a terminal of that size shows after it has been written `text`, as an SVG picture of its cells. */
export async function renderSvg(
  text: string,
  { columns, rows, title }: { readonly columns: number; readonly rows: number; readonly title: string },
): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows, convertEol: true, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) lines.push(...drawRow(terminal, row));
  const [width, height] = [Math.ceil(columns * cellWidth + 2 * padding), rows * cellHeight + 2 * padding];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}" stroke="#d0d7de"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...lines,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawRow(terminal: InstanceType<typeof xterm.Terminal>, row: number): readonly string[] {
  const line = terminal.buffer.active.getLine(row);
  const drawn: string[] = [];
  let run = { style: "", start: 0, text: "" };
  const finish = (): void => {
    if (run.text.trim() === "" && !run.style.includes("background")) return;
    const x = padding + run.start * cellWidth;
    const y = padding + row * cellHeight;
    const length = [...run.text].length * cellWidth;
    const [, behind] = /background:(#[0-9a-f]{6})/.exec(run.style) ?? [];
    if (behind !== undefined)
      drawn.push(`<rect x="${x}" y="${y}" width="${length}" height="${cellHeight}" fill="${behind}"/>`);
    const style = run.style.replace(/background:[^;]*;?/, "");
    drawn.push(
      `<text x="${x}" y="${y + 14}" textLength="${length.toFixed(1)}" xml:space="preserve" style="${style}">${escaped(run.text)}</text>`,
    );
  };
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell?.getWidth() === 0) continue;
    const style = cell === undefined ? "" : styleOf(cell);
    if (style !== run.style) {
      finish();
      run = { style, start: column, text: "" };
    }
    run = { ...run, text: run.text + (cell?.getChars() || " ") };
  }
  finish();
  return drawn;
}

type Cell = NonNullable<
  ReturnType<
    NonNullable<ReturnType<InstanceType<typeof xterm.Terminal>["buffer"]["active"]["getLine"]>>["getCell"]
  >
>;

function styleOf(cell: Cell): string {
  const own = colourOf(cell.isFgDefault() ? null : cell.getFgColor(), cell.isFgRGB()) ?? foreground;
  const behind = colourOf(cell.isBgDefault() ? null : cell.getBgColor(), cell.isBgRGB());
  const [ink, paper] = cell.isInverse() === 0 ? [own, behind] : [behind ?? background, own];
  const fill = cell.isDim() === 0 ? ink : faint;
  return `fill:${fill};${cell.isBold() === 0 ? "" : "font-weight:bold;"}${paper === null ? "" : `background:${paper};`}`;
}

function colourOf(colour: number | null, isRgb: boolean): string | null {
  if (colour === null) return null;
  if (isRgb) return `#${colour.toString(16).padStart(6, "0")}`;
  if (colour < 16) return palette[colour] ?? foreground;
  if (colour > 231) return grey(8 + (colour - 232) * 10);
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const parts = [Math.floor((colour - 16) / 36), Math.floor(((colour - 16) % 36) / 6), (colour - 16) % 6];
  return `#${parts.map((part) => level(part).toString(16).padStart(2, "0")).join("")}`;
}

const grey = (value: number): string => `#${value.toString(16).padStart(2, "0").repeat(3)}`;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
