/** Writes the command that acts on a key, safe to paste into a shell whatever the id holds. */
export function nextCommand(action: "rotate" | "revoke" | "keys show", keyId: string): string {
  return `keywarden ${action} ${quoteForShell(keyId)}`;
}

function quoteForShell(text: string): string {
  if (/^[\w.:@%+/][\w.:@%+/-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
