import { Box } from "ink";
import type { ReactNode } from "react";
import type { Dialog as OpenDialog } from "../state/dialog.ts";
import type { State } from "../state/state.ts";
import { Line, RuleLine } from "./line.tsx";
import { wrapDialog } from "./wrap-dialog.ts";

/** The words of a dialog, broken between words where the terminal is narrow. */
export function DialogBox({
  dialog,
  state,
  height,
}: {
  readonly state: State;
  readonly dialog: OpenDialog;
  readonly height: number;
}): ReactNode {
  const { title, lines, below } = wrapDialog(dialog, state, height - 1);
  return (
    <Box flexDirection="column" height={height}>
      <RuleLine title={[title]} end={below === 0 ? [] : [["dim", `${below} more: pgdn`]]} />
      {lines.map((line, index) => (
        <Line key={index} segments={line} />
      ))}
    </Box>
  );
}
