import type { Tone } from "../tone.ts";

/** Writes a span in its largest whole unit: `24 h`, `5 min`, `90 s`, `no time`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return "no time";
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Says what a rotation does to the old key. */
export function describeGrace(graceSeconds: number): { readonly text: string; readonly tone: Tone } {
  return graceSeconds === 0
    ? { text: "The old key stops at once: whatever still uses it fails from then on.", tone: "danger" }
    : {
        text: `The old key works for ${formatSeconds(graceSeconds)} beside the new one, then it stops.`,
        tone: "plain",
      };
}
