import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scanner } from "./keys.ts";

interface ViewCase {
  readonly name: string;
  readonly bytes: readonly string[];
  readonly expected: { readonly view: string; readonly sha256: string };
}

const file = new URL("../../../test/vectors/views.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly ViewCase[] };

describe("views.json", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", (_, { bytes, expected }) => {
    const matches = scanner.scanBytes(Buffer.from(bytes.join(""), "latin1"));
    expect(matches.map(({ encoding, fingerprint }) => ({ view: encoding, sha256: fingerprint }))).toEqual([
      expected,
    ]);
  });
});

interface PlacedCase {
  readonly name: string;
  readonly bytes: readonly string[];
  readonly expected: {
    readonly view: string;
    readonly start: number;
    readonly end: number;
    readonly line: number;
    readonly column: number;
  };
}

const placed = JSON.parse(
  readFileSync(new URL("../../../test/vectors/contexts.json", import.meta.url), "utf8"),
) as { readonly sha256: string; readonly cases: readonly PlacedCase[] };

describe("contexts.json", () => {
  it.each(placed.cases.map((one) => [one.name, one] as const))("%s", (_, { bytes, expected }) => {
    const matches = scanner.scanBytes(Buffer.from(bytes.join(""), "latin1"));
    expect(
      matches.map(({ encoding, start, end, line, column, fingerprint }) => ({
        view: encoding,
        start,
        end,
        line,
        column,
        sha256: fingerprint,
      })),
    ).toEqual([{ ...expected, sha256: placed.sha256 }]);
  });
});
