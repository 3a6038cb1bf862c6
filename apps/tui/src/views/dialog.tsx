import { Box } from "ink";
import type { ReactNode } from "react";
import type { Dialog as OpenDialog } from "../state/dialog.ts";
import { wrapLine } from "../text/wrap-line.ts";
import { dialogText } from "./dialog-lines.ts";
import { Line, Rule, useDrawing } from "./line.tsx";

/** The words of a dialog, broken between words where the terminal is narrow. */
export function Dialog({
  dialog,
  height,
}: {
  readonly dialog: OpenDialog;
  readonly height: number;
}): ReactNode {
  const { columns } = useDrawing();
  const { title, lines } = dialogText(dialog);
  const wrapped = lines.flatMap((line) => wrapLine(line, columns)).slice(0, Math.max(0, height - 1));
  return (
    <Box flexDirection="column" height={height}>
      <Rule title={[title]} />
      {wrapped.map((line, index) => (
        <Line key={index} segments={line} />
      ))}
    </Box>
  );
}
