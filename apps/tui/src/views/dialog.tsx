import { Box } from "ink";
import type { ReactNode } from "react";
import type { Dialog as OpenDialog } from "../state/dialog.ts";
import { Line, RuleLine, useDrawing } from "./line.tsx";
import { wrapDialog } from "./wrap-dialog.ts";

/** The words of a dialog, broken between words where the terminal is narrow. */
export function DialogBox({
  dialog,
  height,
}: {
  readonly dialog: OpenDialog;
  readonly height: number;
}): ReactNode {
  const { columns } = useDrawing();
  const { title, lines, below } = wrapDialog(dialog, columns, height - 1);
  return (
    <Box flexDirection="column" height={height}>
      <RuleLine title={[title]} end={below === 0 ? [] : [["dim", `${below} more: pgdn`]]} />
      {lines.map((line, index) => (
        <Line key={index} segments={line} />
      ))}
    </Box>
  );
}
