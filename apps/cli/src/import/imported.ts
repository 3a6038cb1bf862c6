/** What another scanner's file says, in the words of keywarden.json. */
export interface Imported {
  readonly patterns: readonly ImportedPattern[];
  readonly exclude: readonly string[];
  /** Keys that are accepted by the SHA-1 of their text, by the file that holds them. */
  readonly acceptedSha1?: ReadonlyMap<string, ReadonlySet<string>>;
  /** What keywarden.json has no words for, each with the reason. */
  readonly unsaid: readonly string[];
}

export interface ImportedPattern {
  readonly id: string;
  readonly pattern: string;
  readonly kind: "secret";
  /** Names of the service, of which one stands in the variable before the key. */
  readonly services?: readonly string[];
}

export interface ImportedAllow {
  readonly path?: string;
  readonly fingerprint?: string;
  readonly reason: string;
}

export const nothingImported: Imported = { patterns: [], exclude: [], unsaid: [] };

/** Gives the members of a parsed document; empty where it is no object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** Turns a name of the other scanner into the id of a pattern; empty where no letter is in it. */
export const patternIdFrom = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^0-9a-z]+/g, "-")
    .replaceAll(/^[^a-z]+|-$/g, "");

/** Says of each member of a document that nothing here reads it, but of these. */
export const unreadIn = (
  document: Readonly<Record<string, unknown>>,
  read: readonly string[],
  where = "",
): readonly string[] =>
  Object.keys(document)
    .filter((name) => !read.includes(name))
    .map((name) => `${where}${name}: keywarden.json has nothing like it`);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === "string");

export const textOf = (value: unknown, otherwise: string): string =>
  typeof value === "string" ? value : otherwise;
