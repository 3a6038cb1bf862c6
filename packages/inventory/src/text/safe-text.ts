import { providersOf, redactWithin, type ProviderProfile } from "@keywarden/key-format";
import { cleanText } from "./clean-text.ts";

/** Makes any text safe to show on one line: no control characters, and whatever looks like a key in it is masked. */
export function safeText(
  text: string,
  providers: readonly ProviderProfile[] = providersOf([]).providers,
): string {
  return redactWithin(cleanText(text), providers);
}
