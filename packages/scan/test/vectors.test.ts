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
    expect(matches.map(({ view, fingerprint }) => ({ view, sha256: fingerprint }))).toEqual([expected]);
  });
});
