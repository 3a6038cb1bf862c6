/**
 * Makes text safe to print on a terminal: control characters, bidirectional overrides and what cannot be decoded
 * become `·`, so that scanned text can neither move the cursor nor colour or reorder a report.
 */
export function printable(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(unprintable, "·");
}

const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gu;
