/** Writes a whole number with separators: `12,345`. The locale's own way takes milliseconds to load, which the first picture waits for. */
export function formatCount(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
