const scheme = "secret-token:";

/** Gives the text without the `secret-token:` of RFC 8959, in any case of letters, if it starts with one (key-formats.md §2.3). */
export function withoutScheme(text: string): string {
  return text.slice(0, scheme.length).toLowerCase() === scheme ? text.slice(scheme.length) : text;
}
