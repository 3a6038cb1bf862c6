import { providersOf, validateKey, type Validation } from "@keywarden/key-format";
import { scannerFor, sha256 } from "@keywarden/repository-scan";
import type { Match } from "@keywarden/scan";

/** One key as it was taken out of what somebody pasted. */
export interface PastedKey {
  readonly text: string;
  /**
   * Says why it may be no whole key; null where it is one by a length that is stated, or by a checksum. Only of such a
   * one can a server's "not mine" be believed.
   */
  readonly doubt: string | null;
}

/** Why there is no one key to be taken: none stands there, or several, or what stands beside it may be another one. */
export type NotOneKey = "none" | "several" | "unclear";

/** Takes the one key out of a line: out of quotation marks, an assignment, a header, an element or a list. */
export function takeKey(pasted: string): PastedKey | { readonly not: NotOneKey } {
  const text = pasted.replace(/^\uFEFF/, "").trim();
  const { providers } = providersOf([]);
  const validate = (word: string): Validation => validateKey(word, { providers, sha256 });
  const matches = scannerFor(providers).scanText(text);
  const [only, ...others] = new Set(matches.map(({ secret }) => secret.reveal()));
  if (others.length > 0) return { not: "several" };
  const isPart = (word: string): boolean => validate(word).status !== "unrecognised";
  if (only !== undefined && mayHoldKey(unwrap(cutOut(text, matches)), isPart)) return { not: "unclear" };
  const taken = only ?? unwrap(text);
  if (taken === "" || /\s/.test(taken)) return { not: "none" };
  return { text: taken, doubt: doubtOf(validate(taken)) };
}

// A placeholder may be the beginning of a key whose rest somebody has left out, and so may what any length fits.
function doubtOf(validation: Validation): string | null {
  const { status, message } = validation;
  if (status === "published-example") return null;
  if (status !== "valid") return `it is not a whole, well-formed key: ${message}`;
  return validation.stated
    ? null
    : `a part of a key would look the same: it ${message}, without a stated length`;
}

/** Gives the text with a single letter in the place of each match. */
function cutOut(text: string, matches: readonly Pick<Match, "start" | "end">[]): string {
  const bytes = Buffer.from(text);
  let rest = "";
  let done = 0;
  for (const { start, end } of matches) {
    rest += `${bytes.toString("utf8", done, start)}x`;
    done = end;
  }
  return rest + bytes.toString("utf8", done);
}

// A second word may be a key of a format that is not known here: it is long, or has digits as no usual word has.
function mayHoldKey(rest: string, isPart: (word: string) => boolean): boolean {
  return (
    rest.split(/[^0-9A-Za-z]+/).some((run) => run.length >= 20 || (run.length >= 8 && /\d/.test(run))) ||
    rest.split(/[^0-9A-Za-z_-]+/).some(isPart)
  );
}

// `export NAME=`, `"name":`, `Authorization: Bearer`, quotation marks, and what ends an entry of a list.
function unwrap(text: string): string {
  let rest = text.trim();
  for (let last = ""; rest !== last;) {
    last = rest;
    rest = rest
      .replace(/[\s,;]+$/, "")
      .replace(/^(?:export|set|const|let|var|ENV)\s+(?=[A-Za-z_])/, "")
      .replace(/^(?:["']?[A-Za-z_][\w.-]*["']?)\s*(?::=|=>|[=:])\s*(?=\S)/, "")
      .replace(/^(?:Bearer|Basic|Token)\s+(?=\S)/i, "")
      .replace(/^(["'`])([^"'`]*)\1$/, "$2");
  }
  return rest;
}
