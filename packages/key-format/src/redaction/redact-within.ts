import { makeRedactPatterns, type RedactPatterns } from "../pattern/redact-patterns.ts";
import type { ProviderProfile } from "../profile.ts";
import { redact } from "./redact.ts";

/**
 * Gives the text with every run that starts like a key of these providers, and every key of their patterns, reduced to
 * what {@link redact} shows of it (key-formats.md §8.3).
 */
export function redactWithin(text: string, providers: readonly ProviderProfile[]): string {
  let known = redactors.get(providers);
  if (known === undefined) {
    known = {
      run: runOf(providers),
      patterns: makeRedactPatterns(providers.flatMap(({ patterns = [] }) => patterns)),
    };
    redactors.set(providers, known);
  }
  const { run, patterns } = known;
  const shown =
    run === null ? text : text.replace(run, (whole: string, prefix: string) => redact(whole, prefix));
  return patterns(shown, redact);
}

// Every path of a scan passes here, and making a pattern takes longer than using it.
const redactors = new WeakMap<
  readonly ProviderProfile[],
  { readonly run: RegExp | null; readonly patterns: RedactPatterns }
>();

function runOf(providers: readonly ProviderProfile[]): RegExp | null {
  const prefixes = [...new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)))];
  if (prefixes.length === 0) return null;
  // The longest prefix is tried first, so that `sk_live_` is not taken for a user's `sk_`.
  prefixes.sort((a, b) => b.length - a.length);
  return new RegExp(`(${prefixes.map(escapeForPattern).join("|")})[0-9A-Za-z_-]{8,}`, "g");
}

function escapeForPattern(text: string): string {
  return text.replace(/[^0-9A-Za-z_]/g, (character) => `\\${character}`);
}
