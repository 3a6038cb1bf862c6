import type { ProviderProfile } from "./profile.ts";
import { redact } from "./redact.ts";

/** Gives the text with every run that starts like a key of these providers reduced to what {@link redact} shows of it (key-formats.md §8.3). */
export function redactWithin(text: string, providers: readonly ProviderProfile[]): string {
  const prefixes = [...new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)))];
  if (prefixes.length === 0) return text;
  // The longest prefix is tried first, so that `sk_live_` is not taken for a user's `sk_`.
  prefixes.sort((a, b) => b.length - a.length);
  const run = new RegExp(`(${prefixes.map(escapeForPattern).join("|")})[0-9A-Za-z_-]{8,}`, "g");
  return text.replace(run, (whole: string, prefix: string) => redact(whole, prefix));
}

function escapeForPattern(text: string): string {
  return text.replace(/[^0-9A-Za-z_]/g, (character) => `\\${character}`);
}
