import { makeDepartures, readDeparted, type Departures } from "@keywarden/inventory";
import { TuiError } from "./tui-error.ts";

/** Reads `--departed` as the audit of the command line does. @throws TuiError TUI_USAGE for a time that cannot be read */
export function readDepartures(departed: readonly string[], nowMs: number): Departures {
  return makeDepartures(
    departed.map((text) => {
      const read = readDeparted(text, nowMs);
      if (read !== null) return read;
      throw new TuiError(
        "TUI_USAGE",
        `--departed needs a member and a time such as ann@acme.com=2026-01-31T17:00Z, not ${JSON.stringify(text)}`,
      );
    }),
  );
}
