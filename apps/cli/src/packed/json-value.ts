/** JSON of unknown shape, read without trust: what is not there or of another type is empty. */
export type UnknownObject = Readonly<Record<string, unknown>>;

/** Parses JSON; null where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

export const asObject = (value: unknown): UnknownObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as UnknownObject) : {};

export const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [];

export const asText = (value: unknown): string => (typeof value === "string" ? value : "");
