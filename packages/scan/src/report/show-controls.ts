/**
 * Writes control characters, bidirectional overrides and non-characters as `\xNN` or `\uNNNN`, the way paths show
 * bytes that are not UTF-8; tabs and line breaks stay, because every format has its own way to quote them.
 */
export function showControls(text: string): string {
  return text.replaceAll(unsafe, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

const unsafe = /(?![\t\n\r])\p{Cc}|[\u2028-\u202E\u2066-\u2069\uFFFE\uFFFF]|\p{Cs}/gu;
