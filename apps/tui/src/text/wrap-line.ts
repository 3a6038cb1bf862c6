import { textWidth } from "@keywarden/inventory";
import type { Segment } from "./paint-line.ts";

/** Breaks a line between words so that each part fits into `width` cells; later parts begin with one space. */
export function wrapLine(segments: readonly Segment[], width: number): readonly (readonly Segment[])[] {
  const lines: Segment[][] = [[]];
  let used = 0;
  for (const [tone, text] of segments) {
    for (const word of text.split(/(?<=\s)(?=\S)/)) {
      const cells = textWidth(word.trimEnd());
      if (used > 1 && used + cells > width) {
        trimEnd(lines.at(-1));
        lines.push([["plain", " "]]);
        used = 1;
      }
      add(lines.at(-1), tone, word);
      used += textWidth(word);
    }
  }
  return lines;
}

function add(line: Segment[] | undefined, tone: Segment[0], word: string): void {
  const last = line?.at(-1);
  if (last?.[0] === tone) line?.splice(-1, 1, [tone, last[1] + word]);
  else line?.push([tone, word]);
}

/** Without the space before a break, which would not fit where the words do exactly. */
function trimEnd(line: Segment[] | undefined): void {
  const last = line?.at(-1);
  if (last !== undefined) line?.splice(-1, 1, [last[0], last[1].trimEnd()]);
}
