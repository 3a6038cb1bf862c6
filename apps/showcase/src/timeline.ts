import { styleText } from "node:util";

export interface Timeline {
  /** A new step: the time since the start, a word that names the part, a sentence. */
  step(part: string, sentence: string): void;
  /** A line under the last step. */
  detail(text: string, tone?: TimelineTone): void;
  /** An address to open, at the margin, so that it is one line where a terminal is narrow. */
  address(text: string): void;
  /** Somebody else's output, quoted under the last step. */
  quote(text: string): void;
  heading(text: string): void;
}

export type TimelineTone = "plain" | "good" | "bad" | "quiet";

const styles = { plain: [], good: ["green"], bad: ["red"], quiet: ["dim"] } as const;
const margin = " ".repeat(21);

/** Writes the timeline to `write`; colours only where `colour` is true. */
export function makeTimeline(options: {
  readonly write: (text: string) => void;
  readonly colour: boolean;
  /** Milliseconds since the start. */
  readonly elapsedMs: () => number;
}): Timeline {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    options.colour ? styleText(style, text, { validateStream: false }) : text;
  return {
    heading(text) {
      options.write(`\n${paint("bold", text)}\n`);
    },
    step(part, sentence) {
      const time = `${(options.elapsedMs() / 1000).toFixed(2)} s`.padStart(8);
      options.write(`\n${paint("dim", time)}  ${paint("bold", part.padEnd(9))}  ${sentence}\n`);
    },
    detail(text, tone = "plain") {
      options.write(`${margin}${paint([...styles[tone]], text)}\n`);
    },
    address(text) {
      options.write(`${text}\n`);
    },
    quote(text) {
      for (const line of text.trimEnd().split("\n")) options.write(`${margin}${paint("dim", "│")} ${line}\n`);
    },
  };
}
