import { Text } from "ink";
import { createContext, memo, useContext, type ReactNode } from "react";
import { paintLine, paintRule, paintSpread, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";

/** What every view draws with. */
export interface Drawing {
  readonly paint: Paint;
  /** Masks keys in text that is drawn already. Each view masks what it shows; this is for what one of them forgets. */
  readonly mask: (text: string) => string;
  readonly columns: number;
}

const DrawingContext = createContext<Drawing>({
  paint: (_, text) => text,
  mask: (text) => text,
  columns: 80,
});

export const DrawingProvider = DrawingContext.Provider;

export function useDrawing(): Drawing {
  return useContext(DrawingContext);
}

/** One line of text that is painted already. */
export const Painted = memo(function PaintedLine({ line }: { readonly line: string }): ReactNode {
  const { mask } = useDrawing();
  return <Text wrap="truncate">{line === "" ? " " : mask(line)}</Text>;
});

/** One line of segments, cut with an ellipsis where it is too long. */
export function Line({
  segments,
  width,
}: {
  readonly segments: readonly Segment[];
  readonly width?: number;
}): ReactNode {
  const { paint, columns } = useDrawing();
  return <Painted line={paintLine(segments, width ?? columns, paint)} />;
}

/** One line with a part at each edge; the right one is whole or absent. */
export function Spread(props: {
  readonly left: readonly Segment[];
  readonly right: readonly Segment[];
}): ReactNode {
  const { paint, columns } = useDrawing();
  return <Painted line={paintSpread(props.left, props.right, columns, paint)} />;
}

/** A rule across the screen with a title in it. */
export function RuleLine(props: {
  readonly title: readonly Segment[];
  readonly end?: readonly Segment[];
}): ReactNode {
  const { paint, columns } = useDrawing();
  return <Painted line={paintRule(props.title, columns, paint, props.end)} />;
}
