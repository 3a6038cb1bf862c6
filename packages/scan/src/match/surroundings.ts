import type { ProviderProfile } from "@keywarden/key-format";

/** Names in the text around a candidate. */
export interface Names {
  /** Identifiers of any sort: variables, fields, arguments. */
  readonly variables: readonly string[];
  readonly hosts: readonly string[];
}

/** What stands near a candidate: on its own line, and within three lines of it. */
export interface Surroundings {
  readonly line: Names;
  readonly near: Names;
}

/** How far from a candidate its surroundings reach, however long the lines are. */
export const surroundingBytes = 300;
const surroundingLines = 3;

export type ReadSurroundings = (bytes: Buffer, start: number, end: number) => Surroundings;

/** Makes a reader of the names near a candidate that can say something about one of these providers. */
export function makeSurroundings(providers: readonly ProviderProfile[]): ReadSurroundings {
  const words = providers.flatMap(({ id, variables, hosts }) => [
    id,
    ...variables.map(({ name }) => name),
    ...hosts.map(({ host }) => host),
  ]);
  const tellingIn = makeTelling([...new Set(words)]);
  const namesIn = (text: string): Names => {
    const telling = tellingIn(text);
    return telling.test(text)
      ? {
          variables: (text.match(identifier) ?? []).filter((name) => telling.test(name)),
          hosts: (text.match(host) ?? []).filter((name) => telling.test(name)),
        }
      : noNames;
  };
  return (bytes, start, end) => {
    const before = bytes.toString("latin1", Math.max(0, start - surroundingBytes), start).split(lineEnd);
    const after = bytes.toString("latin1", end, end + surroundingBytes).split(lineEnd);
    const around = (lines: number): Names =>
      namesIn(`${before.slice(-1 - lines).join("\n")}\n${after.slice(0, 1 + lines).join("\n")}`);
    return { line: around(0), near: around(surroundingLines) };
  };
}

// Compiling one expression of all the words takes longer than a commit's one candidate.
const mostSingly = 16;

/** Gives what finds, in this text and in parts of it, those of the words that show there. */
function makeTelling(words: readonly string[]): (text: string) => RegExp {
  let uses = 0;
  let shapes: readonly (readonly [word: string, shape: string])[] | undefined;
  let ofAll: RegExp | undefined;
  return (text) => {
    if (uses++ >= mostSingly) return (ofAll ??= expressionFor(words));
    shapes ??= words.map((word) => [word, shapeOf(word)] as const);
    const shown = shapeOf(text);
    return expressionFor(shapes.flatMap(([word, shape]) => (shown.includes(shape) ? [word] : [])));
  };
}

const expressionFor = (words: readonly string[]): RegExp =>
  new RegExp(words.map(patternOf).join("|") || "(?!)", "i");

const shapeOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9]+/g, "").toLowerCase();

// `aurora-solar` is also written auroraSolar and AURORA_SOLAR.
const patternOf = (word: string): string =>
  word
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .join("[^A-Za-z0-9]?");

const noNames: Names = { variables: [], hosts: [] };
const lineEnd = /\r\n|\n|\r/;
const identifier = /[A-Za-z_][A-Za-z0-9_]{2,63}/g;
const host = /[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g;
