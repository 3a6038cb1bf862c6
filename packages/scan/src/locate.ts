import type { Reading, View } from "./views/view.ts";

/** Collects what the views see, ordered by offset; where two prefixes start at one place, the longer one. */
export function locate(views: readonly View[], bytes: Buffer): readonly Reading[] {
  const readings = new Map<number, Reading>();
  for (const view of views) {
    view.visit(bytes, (reading) => {
      const offset = reading.offsetOf(reading.start);
      const known = readings.get(offset);
      // `sk_live_` explains more of the text than a user's own `sk_` does.
      if (known === undefined || known.prefix.text.length < reading.prefix.text.length) {
        readings.set(offset, reading);
      }
    });
  }
  return Array.from(readings)
    .sort(([one], [other]) => one - other)
    .map(([, reading]) => reading);
}
