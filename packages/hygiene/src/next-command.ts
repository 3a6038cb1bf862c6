/** Writes the command that acts on a key, safe to paste into a shell whatever the id holds. */
export function nextCommand(action: "rotate" | "revoke" | "keys show", keyId: string): string {
  return `keywarden ${action} ${quoteForShell(keyId)}`;
}

/** Writes the command with which the person who runs it becomes the owner of a key. */
export function ownCommand(keyId: string): string {
  return `keywarden keys edit ${quoteForShell(keyId)} --owner "$USER"`;
}

function quoteForShell(text: string): string {
  if (/^[\w.:@%+/][\w.:@%+/-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
