import { providersOf } from "@keywarden/key-format";
import { listPrefilterLiterals, makeScanner } from "@keywarden/scan";
import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const providers = providersOf([]).providers.filter(({ patterns = [] }) => patterns.length === 0);
const literals = listPrefilterLiterals(providers);

describe("the prefilter literals", () => {
  it("are in every form of every anchor that a scan searches for", () => {
    const { encodedAnchors } = makeScanner({ providers, sha256 });
    expect(encodedAnchors.length).toBeGreaterThan(100);
    expect(encodedAnchors.filter((anchor) => !literals.some((text) => anchor.includes(text)))).toEqual([]);
  });

  it("are in packed files, which a scan unpacks", () => {
    const starts = ["\x1f\x8b\x08\x00", "PK\x03\x04\x14", "(\xb5/\xfd", "\nx\x9c", "\nx^", "\0\0x\xda"];
    expect(starts.filter((start) => !literals.some((text) => start.includes(text)))).toEqual([]);
  });

  it("begin or end where a line does, if they say anything of lines", () => {
    expect(literals.filter((text) => text.trim().length < 2 || text.slice(1, -1).includes("\n"))).toEqual([]);
  });

  it("are few, and no words or numbers that are everywhere", () => {
    expect(literals.length).toBeLessThan(300);
    // A whole prefix is as rare as it is short: nothing but a key begins with it.
    const prefixes = new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)));
    const common = literals.filter((text) => /^(?:[a-z_]{0,6}|\d{0,5})$/.test(text));
    expect(common.filter((text) => !prefixes.has(text))).toEqual([]);
  });
});
