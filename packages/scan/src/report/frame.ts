import type { ReportedFinding } from "./report.ts";
import type { Palette } from "./palette.ts";

/**
 * Renders the line that a key stands on, the key redacted and underlined, cut so that it fits `width` columns.
 * A key in a path name or a link target has no line number.
 */
export function renderFrame(
  { finding, excerpt }: ReportedFinding,
  width: number,
  palette: Palette,
): readonly string[] {
  const number = finding.locationKind === "content" ? String(finding.line) : "";
  const gutter = `${number.padStart(5)} │ `;
  const room = Math.max(0, width - gutter.length - finding.redacted.length);
  const after = cutEnd(
    excerpt.after.trimEnd(),
    Math.max(room - excerpt.before.trimStart().length, room >> 1),
  );
  const before = cutStart(excerpt.before.trimStart(), room - after.length);
  const marks = `${" ".repeat(before.length)}${palette.stop("^".repeat(finding.redacted.length))}`;
  return [
    `${palette.dim(gutter)}${before}${palette.strong(finding.redacted)}${after}`,
    `${palette.dim(`${" ".repeat(5)} │ `)}${marks}`,
  ];
}

const cutEnd = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

const cutStart = (text: string, width: number): string =>
  text.length <= width ? text : `…${text.slice(text.length - Math.max(0, width - 1))}`;
