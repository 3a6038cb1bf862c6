import { providersOf, redactWithin, type ProviderProfile } from "@keywarden/key-format";

export interface Redactor {
  /** Adds formats that are hidden from now on. */
  readonly learnFormats: (providers: readonly ProviderProfile[]) => void;
  /** Gives the text with every key, token and password of a URL reduced to what may be shown. */
  readonly redact: (text: string) => string;
}

const urlPassword = /(:\/\/[^\s:/?#@"']*:)[^\s/?#@"']+(?=@)/g;

/** Makes what hides keys of the built-in formats, and of those that a program learns as it runs. */
export function makeRedactor(): Redactor {
  let known: readonly ProviderProfile[] = providersOf([]).providers;
  return {
    learnFormats: (providers) => {
      const added = providers.filter((provider) => !known.includes(provider));
      if (added.length > 0) known = [...known, ...added];
    },
    redact: (text) => redactWithin(text, known).replace(urlPassword, "$1…"),
  };
}
