import type { Call } from "../state/event.ts";
import { fitText } from "@keywarden/inventory";
import { paintLine } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";

/** The latest calls to the server, newest first. */
export function logLines(
  calls: readonly Call[],
  height: number,
  width: number,
  paint: Paint,
): readonly string[] {
  return calls
    .slice(-height)
    .reverse()
    .map(({ atMs, method, path, outcome, durationMs }) => {
      const time = new Date(atMs).toISOString().slice(11, 19);
      return paintLine(
        [
          ["dim", ` ${time}  `],
          ["plain", `${fitText(method, 6)} `],
          [outcome.startsWith("2") ? "good" : "danger", `${fitText(outcome, 9)} `],
          ["dim", `${fitText(`${Math.round(durationMs)} ms`, 9, "right")}  `],
          ["plain", path],
        ],
        width,
        paint,
      );
    });
}
