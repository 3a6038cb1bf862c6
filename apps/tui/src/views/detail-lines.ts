import {
  fitText,
  identityFacts,
  textWidth,
  timeFacts,
  type Fact,
  type Judge,
  type KeyRow,
} from "@keywarden/inventory";
import { wideFrom } from "../state/layout.ts";
import { paintLine } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";

const labelWidth = 13;
const gutter = 3;

function factLine({ label, tone, text }: Fact, width: number, paint: Paint): string {
  const fitted = fitText(text, Math.max(0, width - labelWidth - gutter - 1));
  return paintLine(
    [
      ["dim", ` ${fitText(label, labelWidth + 1)}  `],
      [tone, fitted],
    ],
    width,
    paint,
  );
}

/** All facts about a key: two columns where the terminal is wide enough, one otherwise. */
export function detailLines(
  row: KeyRow,
  judge: Judge,
  nowMs: number,
  width: number,
  paint: Paint,
): readonly string[] {
  const identity = identityFacts(row, judge);
  const times = timeFacts(row, judge, nowMs);
  if (width < wideFrom) {
    // The most telling facts come first, in case the pane is low.
    const [key, ...others] = identity;
    return [...(key === undefined ? [] : [key]), ...times, ...others].map((one) =>
      factLine(one, width, paint),
    );
  }
  const widest = Math.max(...identity.map(({ text }) => textWidth(text)));
  const leftWidth = Math.min(Math.max(widest + labelWidth + gutter + 2, 48), Math.floor(width / 2));
  return identity.map((one, index) => {
    const right = times[index];
    const line = factLine(one, leftWidth, paint);
    return right === undefined ? line : line + factLine(right, width - leftWidth, paint);
  });
}
