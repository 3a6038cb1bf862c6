import { checkFormat, type FormatMismatch } from "./check-format.ts";
import type { Sha256 } from "./fingerprint.ts";
import { foreignExamples } from "./foreign-examples.ts";
import {
  explainUnknownPrefix,
  findUnreadable,
  longestKeyLength,
  parseKey,
  type ParsedKey,
  type ParseFailure,
} from "./parse-key.ts";
import { findPlaceholder, type PlaceholderRule } from "./placeholder/placeholder.ts";
import type { ProviderProfile } from "./profile.ts";
import { withoutScheme } from "./redaction/secret-token.ts";
import { splitKey, type SplitKey } from "./split-key.ts";

export type MalformedReason = Exclude<ParseFailure, "empty" | "unknown-prefix"> | FormatMismatch;

/** Why one provider's format does not accept the key. */
export interface FormatProblem {
  /** The provider's id. */
  readonly provider: string;
  readonly reason: FormatMismatch;
  readonly message: string;
}

/** What a text is, with the reason in words that never hold any of its body. */
export type Validation =
  | {
      readonly status: "valid";
      readonly message: string;
      readonly key: ParsedKey;
      /** Ids of the providers whose format accepts it. */
      readonly providers: readonly string[];
      /** Whether one of these accepts it by a length that its document states, or by a checksum. */
      readonly stated: boolean;
      /** Why the others with this prefix do not. */
      readonly problems: readonly FormatProblem[];
    }
  | {
      readonly status: "malformed";
      readonly reason: MalformedReason;
      /** About the provider that it misses by the least. */
      readonly message: string;
      readonly prefix: string;
      /** One for each format with this prefix, the nearest first; empty where the text could not be read at all. */
      readonly problems: readonly FormatProblem[];
    }
  | {
      readonly status: "placeholder";
      readonly rule: PlaceholderRule;
      readonly message: string;
      readonly prefix: string;
    }
  | {
      readonly status: "published-example";
      /** Ids of the providers that print it; empty where it is another vendor's. */
      readonly providers: readonly string[];
      readonly message: string;
      readonly prefix: string;
    }
  | { readonly status: "unrecognised"; readonly reason: ParseFailure; readonly message: string };

/**
 * Says what a text is. The order of the questions is normative (key-formats.md §7): readable, known prefix, published example,
 * checksummed key, placeholder, each format.
 *
 * Never throws unless `sha256` does; reads at most 512 characters.
 */
export function validateKey(
  text: string,
  options: { providers: readonly ProviderProfile[]; sha256: Sha256 },
): Validation {
  const key = withoutScheme(text);
  const { providers, sha256 } = options;
  // What is longer is refused for its length below, so a megabyte of spaces need not be read to find a prefix behind it.
  const split = splitKey(key.length > longestKeyLength ? key : key.trimStart(), providers);
  const unreadable = findUnreadable(key);
  if (split === null) {
    return { status: "unrecognised", ...(unreadable ?? explainUnknownPrefix(key, providers)) };
  }
  const { prefix } = split;
  if (unreadable !== null) {
    const { reason, message } = unreadable;
    return { status: "malformed", reason: reason as MalformedReason, message, prefix, problems: [] };
  }
  const hash = sha256(key);
  const publishers = findPublishers(hash, providers);
  if (publishers.length > 0) {
    const message = `${listNames(publishers)} print${publishers.length === 1 ? "s" : ""} this key as an example`;
    return { status: "published-example", providers: publishers.map(({ id }) => id), message, prefix };
  }
  const foreign = foreignExamples.find(({ fingerprint }) => fingerprint === hash);
  if (foreign !== undefined) {
    const message = `${foreign.vendor} prints this key as an example`;
    return { status: "published-example", providers: [], message, prefix };
  }
  return judgeBody(key, split, providers);
}

function judgeBody(key: string, split: SplitKey, providers: readonly ProviderProfile[]): Validation {
  const { prefix, rest, formats } = split;
  const checked = formats.map((candidate) => ({
    ...candidate,
    mismatch: checkFormat(candidate.format, rest),
  }));
  const accepting = checked.filter(({ mismatch }) => mismatch === null);
  // A correct checksum is not a coincidence, whatever the rest looks like.
  const hasChecksum = accepting.some(({ format }) => format.checksum !== undefined);
  const rule = hasChecksum ? null : findPlaceholder(rest);
  if (rule !== null) return { status: "placeholder", rule, message: placeholderMessages[rule], prefix };
  const refusing = checked.flatMap(({ provider, mismatch }) =>
    mismatch === null ? [] : [{ provider, ...mismatch }],
  );
  refusing.sort((a, b) => a.distance - b.distance);
  const problems = refusing.map(({ provider, reason, message }) => ({
    provider: provider.id,
    reason,
    message,
  }));
  const parsed = parseKey(key, providers);
  if (!parsed.ok) {
    const { reason, message } = parsed;
    return { status: "malformed", reason: reason as MalformedReason, message, prefix, problems };
  }
  const [nearest] = refusing;
  // Where no format refuses the key, each accepts it.
  if (nearest === undefined || accepting.length > 0) {
    const stated = accepting.some(({ format }) => format.body.stated || format.checksum !== undefined);
    const message = `fits the format of ${listNames(accepting.map(({ provider }) => provider))}`;
    const { ok: _, ...parts } = parsed;
    return {
      status: "valid",
      message,
      key: parts,
      providers: accepting.map(({ provider }) => provider.id),
      stated,
      problems,
    };
  }
  const message = `${nearest.message} (${nearest.provider.name})`;
  return { status: "malformed", reason: nearest.reason, message, prefix, problems };
}

function findPublishers(hash: string, providers: readonly ProviderProfile[]): readonly ProviderProfile[] {
  return providers.filter(({ publishedExamples }) => publishedExamples.includes(hash));
}

function listNames(providers: readonly ProviderProfile[]): string {
  return [...new Set(providers.map(({ name }) => name))].join(", ");
}

const placeholderMessages: Readonly<Record<PlaceholderRule, string>> = {
  template: "the prefix is followed by a template to fill in",
  elided: "the middle or the end is left out",
  words: "the prefix is followed by words that ask for a key",
  "low-variety": "too few different characters for a random key",
  repetition: "one piece is repeated",
  sequence: "the characters are in order",
  invented: "it is pieced together from words, sequences and repeated characters",
  "encoded-words": "it is base64 of words",
};
