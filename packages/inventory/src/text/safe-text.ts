import { providersOf, redactWithin, type ProviderProfile } from "@keywarden/key-format";
import { cleanText } from "./clean-text.ts";

/** Makes any text safe to show on one line: no control characters, and whatever looks like a key in it is masked. */
export function safeText(
  text: string,
  providers: readonly ProviderProfile[] = providersOf([]).providers,
): string {
  const cleaned = cleanText(text);
  // Every prefix ends with an underscore; most texts have none, and an inventory has many texts.
  return cleaned.includes("_") ? redactWithin(cleaned, providers) : cleaned;
}
