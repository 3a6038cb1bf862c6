import { Box } from "ink";
import { useMemo, type ReactNode } from "react";
import { screenOf } from "../screens/screens.ts";
import { layoutScreen, leastColumns, leastRows } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import type { Paint } from "../theme.ts";
import { DialogBox } from "./dialog.tsx";
import { Footer } from "./footer.tsx";
import { Header } from "./header.tsx";
import { DrawingProvider, Line } from "./line.tsx";
import { PaletteLine } from "./palette.tsx";
import { Pane } from "./pane.tsx";
import { Table } from "./table.tsx";

function TooSmall({ columns, rows }: State): ReactNode {
  const words = [
    `The terminal is ${columns}×${rows}.`,
    `Keywarden needs ${leastColumns}×${leastRows}.`,
    "Make it larger, or q.",
  ];
  return (
    <Box flexDirection="column">
      {words.slice(0, rows).map((line) => (
        <Line key={line} segments={[["plain", line]]} />
      ))}
    </Box>
  );
}

/** The lines that a screen has above its table; they scroll where there are too many. */
function Head({ state, height }: { readonly state: State; readonly height: number }): ReactNode {
  const lines = screenOf(state).head?.(state) ?? [];
  const hidden = lines.length - height;
  const top = Math.max(0, Math.min(state.paneTop, hidden));
  const shown = lines.slice(top, top + height);
  return (
    <Box flexDirection="column" height={height}>
      {shown.map((line, index) => {
        const isCut = hidden > 0 && index === shown.length - 1 && top < hidden;
        const left = lines.length - top - shown.length + 1;
        return <Line key={index} segments={isCut ? [["dim", ` ${left} more lines: ctrl-e ctrl-y`]] : line} />;
      })}
    </Box>
  );
}

function Below({ state, height }: { readonly state: State; readonly height: number }): ReactNode {
  if (height <= 0) return null;
  if (state.dialog !== null) return <DialogBox dialog={state.dialog} state={state} height={height} />;
  if (state.mode === "palette") return <PaletteLine state={state} height={height} />;
  return <Pane state={state} />;
}

/** The whole screen: never wider or higher than the terminal, and without a whole key. */
export function Frame({ state, paint }: { readonly state: State; readonly paint: Paint }): ReactNode {
  const { isTooSmall, pane, head } = layoutScreen(state);
  const { columns } = state;
  const { mask } = state.judge;
  const drawing = useMemo(() => ({ paint, mask, columns }), [paint, mask, columns]);
  return (
    <DrawingProvider value={drawing}>
      {isTooSmall ? (
        <TooSmall {...state} />
      ) : (
        <Box flexDirection="column">
          <Header state={state} />
          {head > 0 && <Head state={state} height={head} />}
          <Table state={state} />
          <Below state={state} height={pane} />
          <Footer state={state} />
        </Box>
      )}
    </DrawingProvider>
  );
}
