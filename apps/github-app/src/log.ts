import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";

export type LogLevel = "info" | "warn" | "error";

/** Facts beside a log line; never a key, a header or a body. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line a step: a sentence for people, the same facts as JSON for machines. */
export type Log = (level: LogLevel, step: string, facts?: LogFacts) => void;

const ranks: Readonly<Record<LogLevel | "silent", number>> = { info: 0, warn: 1, error: 2, silent: 3 };

/** Makes a log; in text, the delivery comes first so that one push can be followed by eye. */
export function makeLog(options: {
  /** From which level up lines are written; everything unless given. */
  readonly level?: LogLevel | "silent";
  readonly form: "text" | "json";
  readonly write: (line: string) => void;
  readonly clock: () => number;
  /** Whose keys are masked: those of this run. */
  readonly providers: readonly ProviderProfile[];
}): Log {
  const { form, clock, providers, level: least = "info" } = options;
  // Nobody passes a key here; this is for the day on which a message quotes one all the same.
  const write = (line: string) => options.write(redactWithin(line, providers));
  return (level, step, facts = {}) => {
    if (ranks[level] < ranks[least]) return;
    const at = new Date(clock()).toISOString();
    if (form === "json") {
      write(`${JSON.stringify({ at, level, step, ...facts })}\n`);
      return;
    }
    const { delivery, ...rest } = facts;
    const tail = Object.entries(rest)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => ` ${name}=${oneLine(String(value))}`)
      .join("");
    const mark = level === "info" ? "" : `${level.toUpperCase()} `;
    write(
      `${at} ${delivery === undefined || delivery === null ? "" : `${String(delivery)} `}${mark}${oneLine(step)}${tail}\n`,
    );
  };
}

// Names of repositories and refs come from outside: a line break in one would forge a log line.
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "?");
}
