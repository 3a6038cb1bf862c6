/** Splits at spaces; double quotes keep spaces inside a word and are dropped. An unclosed quote reaches to the end. */
export function splitWords(text: string): readonly string[] {
  return Array.from(text.matchAll(/(?:[^\s"]|"[^"]*(?:"|$))+/g), ([word]) => word.replaceAll('"', ""));
}
