/** What stands for `…` where words are looked for. No text that is shown holds it. */
export const omission = "\u0001";

/**
 * Gives a text as it is looked for and looked in: in lower case, without the sign of an omission, for whose sake a string
 * would take two bytes for each of its characters.
 */
export function searchText(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes("…") ? lower.replaceAll("…", omission) : lower;
}
