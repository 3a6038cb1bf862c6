import { didYouMean } from "@keywarden/key-format/words";
import { choicesOf, type ValueFlag } from "./flag.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Gives the value of a flag from its text.
 *
 * @param source what the message calls it: `--format`, or the variable that the text comes from
 * @throws UsageError for text that the flag does not take
 */
export function readValue(flag: ValueFlag, text: string, source: string): unknown {
  const choices = choicesOf(flag);
  if (choices.length > 0 && !choices.includes(text)) {
    throw new UsageError(
      `${source} must be ${listWords(choices)}, not ${quoteWord(text)}.${didYouMean(text, choices)}`,
    );
  }
  if (flag.kind === "number" || flag.kind === "port") {
    const { min = 0, max = flag.kind === "port" ? 65_535 : 999_999_999 } = flag;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number >= min && number <= max) return number;
    throw new UsageError(`${source} must be a number from ${min} to ${max}, not ${quoteWord(text)}.`);
  }
  if (flag.kind !== "parsed") return text;
  try {
    return flag.read(text);
  } catch (error) {
    throw new UsageError(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Quotes a word of the command line for a message. */
export const quoteWord = (text: string): string => JSON.stringify(text);

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}
