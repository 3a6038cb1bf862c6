import { findForeignCharacter } from "./alphabet.ts";
import type { Environment, KeyKind } from "./key-kind.ts";
import type { ProviderProfile } from "./profile.ts";
import { withoutScheme } from "./redaction/secret-token.ts";
import { splitKey, type ProviderFormat } from "./split-key.ts";

/** Why a text is not a key of any known format, in the order of the checks (key-formats.md §2.4). */
export type ParseFailure =
  | "empty"
  | "too-long"
  | "surrounding-whitespace"
  | "control-character"
  | "invisible-character"
  | "lone-surrogate"
  | "unknown-prefix"
  | "no-body"
  | "foreign-character";

/** A key text taken apart. The kind, environment and label are those of the first format. */
export interface ParsedKey {
  readonly prefix: string;
  readonly body: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  /** Every format with this prefix, in the order of the providers, whether or not it accepts this body. */
  readonly formats: readonly ProviderFormat[];
}

export type ParseResult =
  | ({ readonly ok: true } & ParsedKey)
  | { readonly ok: false; readonly reason: ParseFailure; readonly message: string };

/** Characters beyond which nothing is read: longer than any format may be defined. */
export const longestKeyLength = 512;

/**
 * Splits a key text at its prefix, and says why a text is not a key.
 *
 * It asks for a known prefix and for body characters that one of its formats uses; lengths and checksums are for `validateKey`.
 * Never throws; reads at most 512 characters. The message holds no part of the text but a known prefix.
 */
export function parseKey(text: string, providers: readonly ProviderProfile[]): ParseResult {
  const key = withoutScheme(text);
  const unreadable = findUnreadable(key);
  if (unreadable !== null) return { ok: false, ...unreadable };
  const split = splitKey(key, providers);
  if (split === null) return { ok: false, ...explainUnknownPrefix(key, providers) };
  const { prefix, rest, formats } = split;
  if (rest === "") return { ok: false, reason: "no-body", message: `nothing follows the prefix ${prefix}` };
  const foreign = formats.map(({ format }) => findForeignCharacter(rest, format.body.alphabet));
  if (!foreign.includes(-1)) {
    const position = Math.max(...foreign) + 1;
    const message = `character ${position} after ${prefix} is not one that such keys are made of`;
    return { ok: false, reason: "foreign-character", message };
  }
  const { kind, environment, label } = formats[0].format;
  return { ok: true, prefix, body: rest, kind, environment, label, formats };
}

/** What keeps a text from being read as a key at all, before any prefix is looked for; `null` when nothing does. */
export function findUnreadable(key: string): { reason: ParseFailure; message: string } | null {
  if (key === "") return { reason: "empty", message: "the text is empty" };
  if (key.length > longestKeyLength) {
    const message = `${key.length} characters, no key has more than ${longestKeyLength}`;
    return { reason: "too-long", message };
  }
  if (key.trim() !== key) {
    return { reason: "surrounding-whitespace", message: "white space before or after the key" };
  }
  const control = key.search(controlCharacter);
  if (control !== -1) {
    return { reason: "control-character", message: `character ${control + 1} is a control character` };
  }
  const invisible = key.search(invisibleCharacter);
  if (invisible !== -1) {
    const message = `character ${invisible + 1} is invisible or turns the direction of writing`;
    return { reason: "invisible-character", message };
  }
  if (!key.isWellFormed()) {
    return { reason: "lone-surrogate", message: "half of a surrogate pair is on its own" };
  }
  return null;
}

/** Why a readable text without a known prefix is not a key: a prefix is read as it is written. */
export function explainUnknownPrefix(
  key: string,
  providers: readonly ProviderProfile[],
): { reason: ParseFailure; message: string } {
  const folded = splitKey(key.toLowerCase(), providers);
  const message =
    folded === null
      ? "the text starts with none of the known prefixes"
      : `the text starts with none of the known prefixes; ${folded.prefix} is written like this, in lower case`;
  return { reason: "unknown-prefix", message };
}

const controlCharacter = /[\p{Cc}\u2028\u2029]/u;
const invisibleCharacter = /\p{Cf}/u;
