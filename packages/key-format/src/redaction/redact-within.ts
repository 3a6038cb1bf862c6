import { providersShownIn } from "../built-in/providers-shown-in.ts";
import { makeRedactPatterns, type RedactPatterns } from "../pattern/redact-patterns.ts";
import type { ProviderProfile } from "../profile.ts";
import { isWithinDigest } from "./is-within-digest.ts";
import { redact } from "./redact.ts";

/**
 * Gives the text with every run that starts like a key of these providers, and every key of their patterns, reduced to
 * what {@link redact} shows of it (key-formats.md §8.3).
 */
export function redactWithin(text: string, providers: readonly ProviderProfile[]): string {
  const { prefixes, run, patterns } = redactorFor(providersShownIn(text, providers));
  // Nearly all text holds no prefix, and finding that out is a small part of the work.
  const maybeKey = hasLongRun.test(text) && prefixes.some((prefix) => text.includes(prefix));
  const show = (whole: string, prefix: string, at: number): string =>
    isWithinDigest(text, at, at + whole.length) ? whole : redact(whole, prefix);
  const shown = maybeKey ? text.replace(run, show) : text;
  return patterns(shown, redact);
}

// No key of a prefix is shorter: three characters and eight. Most texts of an inventory are short words.
const hasLongRun = /[0-9A-Za-z+/=_.-]{10}/;

interface Redactor {
  readonly prefixes: readonly string[];
  readonly run: RegExp;
  readonly patterns: RedactPatterns;
}

// Every path of a scan passes here, and making a pattern takes longer than using it.
const redactors = new WeakMap<readonly ProviderProfile[], Redactor>();

function redactorFor(providers: readonly ProviderProfile[]): Redactor {
  let known = redactors.get(providers);
  if (known === undefined) {
    const prefixes = [...new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)))];
    const patterns = makeRedactPatterns(providers.flatMap(({ patterns: own = [] }) => own));
    known = { prefixes, run: runOf(prefixes), patterns };
    redactors.set(providers, known);
  }
  return known;
}

function runOf(prefixes: readonly string[]): RegExp {
  // The longest prefix is tried first, so that `sk_live_` is not taken for a user's `sk_`.
  const longestFirst = prefixes.toSorted((a, b) => b.length - a.length);
  return new RegExp(`(${longestFirst.map(escapeForPattern).join("|")})[0-9A-Za-z_-]{8,}`, "g");
}

function escapeForPattern(text: string): string {
  return text.replace(/[^0-9A-Za-z_]/g, (character) => `\\${character}`);
}
