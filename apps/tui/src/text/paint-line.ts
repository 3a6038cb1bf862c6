import type { Paint, ThemeTone } from "../theme.ts";
import { textWidth, truncateText } from "@keywarden/inventory";

/** A piece of a line in one tone. */
export type Segment = readonly [tone: ThemeTone, text: string];

/** Cells that segments take. */
export const widthOf = (segments: readonly Segment[]): number =>
  segments.reduce((sum, [, text]) => sum + textWidth(text), 0);

/** Paints segments into at most `width` cells; what does not fit is cut with an ellipsis. */
export function paintLine(segments: readonly Segment[], width: number, paint: Paint): string {
  let line = "";
  let left = width;
  for (const [tone, text] of segments) {
    if (left <= 0) break;
    const short = truncateText(text, left);
    line += paint(tone, short);
    left -= short === text ? textWidth(short) : left;
  }
  return line;
}

/** Paints one part at the left and one at the right edge; the right part is whole or absent, the left part gives way. */
export function paintSpread(
  left: readonly Segment[],
  right: readonly Segment[],
  width: number,
  paint: Paint,
): string {
  const rightWidth = widthOf(right);
  const room = width - rightWidth - 1;
  if (right.length === 0 || room < Math.min(widthOf(left), 8)) return paintLine(left, width, paint);
  const used = Math.min(widthOf(left), room);
  return (
    paintLine(left, room, paint) + " ".repeat(width - rightWidth - used) + paintLine(right, rightWidth, paint)
  );
}

/** Paints a rule across the screen with a title in it. */
export function paintRule(
  title: readonly Segment[],
  width: number,
  paint: Paint,
  end: readonly Segment[] = [],
): string {
  const before: readonly Segment[] = title.length === 0 ? [] : [["dim", "── "], ...title, ["dim", " "]];
  const after: readonly Segment[] = end.length === 0 ? [] : [["dim", " "], ...end, ["dim", " ──"]];
  const room = width - widthOf(before) - widthOf(after);
  if (room < 1) return paintLine(before, width, paint);
  return paintLine([...before, ["dim", "─".repeat(room)], ...after], width, paint);
}
