/**
 * Writes text for Markdown as it is: a path can hold Markdown, HTML or a mention, none of which works inside a code span, and
 * a back-tick would end it.
 */
export function codeSpan(text: string): string {
  return `\`${text.replace(/[`\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "?")}\``;
}
