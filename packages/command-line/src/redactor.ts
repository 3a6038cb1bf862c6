import { providersOf, redactWithin, type ProviderProfile } from "@keywarden/key-format";
import { formatsDeclaredIn } from "./declared-formats.ts";

export interface OutputRedactor {
  /** Adds formats that are hidden from now on. */
  readonly learnFormats: (providers: readonly ProviderProfile[]) => void;
  /** Gives the text with every key, token and password of a URL reduced to what may be shown. */
  readonly redact: (text: string) => string;
}

// What reports advise to write instead of a key is as long as one; the zero byte parts it while keys are looked for.
const advice = /(_)(YOUR_KEY_HERE)(?![\w-])/g;
const urlPassword = /(:\/\/[^\s:/?#@"']*:)[^\s/?#@"']+(?=@)/g;

/**
 * Makes what hides keys of the built-in formats, of those that a program learns as it runs, and of those in `formatFiles`,
 * which are read when there is first something to show.
 */
export function makeOutputRedactor(formatFiles: () => readonly string[] = () => []): OutputRedactor {
  let isComplete = false;
  let known: readonly ProviderProfile[] = providersOf([]).providers;
  const learnFormats: OutputRedactor["learnFormats"] = (providers) => {
    const added = providers.filter((provider) => !known.includes(provider));
    if (added.length > 0) known = [...known, ...added];
  };
  return {
    learnFormats,
    redact: (text) => {
      if (!isComplete) learnFormats(formatsDeclaredIn(formatFiles()));
      isComplete = true;
      return redactWithin(text.replace(advice, "$1\u0000$2"), known)
        .replaceAll("\u0000YOUR_", "YOUR_")
        .replace(urlPassword, "$1…");
    },
  };
}
