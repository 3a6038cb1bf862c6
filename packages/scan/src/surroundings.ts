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

/** Reads the names around `start` to `end`. */
export function readSurroundings(bytes: Buffer, start: number, end: number): Surroundings {
  const before = bytes.toString("latin1", Math.max(0, start - surroundingBytes), start).split(lineEnd);
  const after = bytes.toString("latin1", end, end + surroundingBytes).split(lineEnd);
  const around = (lines: number): Names =>
    namesIn(`${before.slice(-1 - lines).join("\n")}\n${after.slice(0, 1 + lines).join("\n")}`);
  return { line: around(0), near: around(surroundingLines) };
}

const lineEnd = /\r\n|\n|\r/;

function namesIn(text: string): Names {
  return {
    variables: text.match(/[A-Za-z_][A-Za-z0-9_]{2,63}/g) ?? [],
    hosts: text.match(/[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g) ?? [],
  };
}
