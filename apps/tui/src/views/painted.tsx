import { Text } from "ink";
import { memo, type ReactNode } from "react";

/** One line of text that is painted already. */
export const Painted = memo(function PaintedLine(props: {
  readonly line: string;
  readonly mask: (text: string) => string;
}): ReactNode {
  const { line, mask } = props;
  return <Text wrap="truncate">{line === "" ? " " : mask(line)}</Text>;
});
