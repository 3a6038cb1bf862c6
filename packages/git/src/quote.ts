/** Writes a text so that a POSIX shell reads it as it is, always in single quotes. */
export const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
