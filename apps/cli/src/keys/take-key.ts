import { providersOf, validateKey } from "@keywarden/key-format";
import { scannerFor, sha256 } from "@keywarden/repository-scan";

/** One key as it was taken out of what somebody pasted. */
export interface PastedKey {
  readonly text: string;
  /**
   * Completes "it is not a whole, well-formed key: …"; null for one that is. Only of such a one can a server's "not
   * mine" be believed.
   */
  readonly doubt: string | null;
}

/**
 * Takes the one key out of a line: out of quotation marks, an assignment, a header or a list.
 *
 * Gives how many keys there are instead when it is not one.
 */
export function takeKey(pasted: string): PastedKey | { readonly keys: number } {
  const text = pasted.replace(/^\uFEFF/, "").trim();
  const { providers } = providersOf([]);
  const found = new Set(
    scannerFor(providers)
      .scanText(text)
      .map(({ secret }) => secret.reveal()),
  );
  const [only, ...others] = found;
  if (others.length > 0) return { keys: found.size };
  if (only !== undefined && !wordsAround(text, only)) return { keys: 2 };
  const taken = only ?? unwrap(text);
  if (taken === "" || /\s/.test(taken)) return { keys: 0 };
  const validation = validateKey(taken, { providers, sha256 });
  const isWhole = ["valid", "placeholder", "published-example"].includes(validation.status);
  return { text: taken, doubt: isWhole ? null : validation.message };
}

// A second word of its own may be another key, of a format that is not known here.
function wordsAround(text: string, key: string): boolean {
  const [before = "", behind = ""] = text.split(key, 2);
  return unwrap(`${before}x${behind}`) === "x";
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
