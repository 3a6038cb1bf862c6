import { Box } from "ink";
import type { ReactNode } from "react";
import type { State } from "../state/state.ts";
import type { Paint } from "../theme.ts";
import { frameLines } from "./frame-lines.ts";
import { Painted } from "./painted.tsx";

/** The whole screen: never wider or higher than the terminal, and without a whole key. */
export function Frame({ state, paint }: { readonly state: State; readonly paint: Paint }): ReactNode {
  // Each view masks what it shows; this is for what one of them forgets.
  const { mask } = state.judge;
  return (
    <Box flexDirection="column">
      {frameLines(state, paint).map((line, index) => (
        <Painted key={index} line={line} mask={mask} />
      ))}
    </Box>
  );
}
