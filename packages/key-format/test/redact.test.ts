import { describe, expect, it } from "vitest";
import { defineProvider } from "../src/define-provider.ts";
import { redact } from "../src/redaction/redact.ts";
import { redactWithin } from "../src/redaction/redact-within.ts";
import { formatOf, profileOf } from "./own-profile.ts";

const body = (size: number): string => "q7Zt2LmX9bRw4KcV8nHs1YfJ6dGp3TeA".slice(0, size);

describe("what may be shown of a key", () => {
  it.each([
    [0, 0],
    [11, 0],
    [12, 2],
    [23, 2],
    [24, 4],
    [32, 4],
  ])("of a body of %i characters is its last %i", (size, visible) => {
    const shown = `own_…${body(size).slice(size - visible)}`;
    expect(redact(`own_${body(size)}`, "own_")).toBe(shown);
    expect(redact(`secret-token:own_${body(size)}`, "own_")).toBe(shown);
  });

  it.each([
    [11, 0],
    [12, 2],
    [23, 2],
    [24, 4],
  ])("is counted behind a prefix that no separator ends, too: %i, %i", (size, visible) => {
    expect(redact(`abcd${body(size)}`, "abcd")).toBe(`abcd…${body(size).slice(size - visible)}`);
  });

  it.each([
    ["one word of a prefix", "own_", "own_"],
    ["a prefix with an environment", "own_live_", "own_live_"],
    ["a prefix with a longer environment", "own_production_", "own_production_"],
    ["two letters", "ab_", "ab_"],
    ["eight letters", "abcdefgh_", "abcdefgh_"],
    ["one letter", "a_", ""],
    ["nine letters", "abcdefghi_", ""],
    ["capitals", "OWN_", ""],
    ["a digit", "ow2_", ""],
    ["nothing", "", ""],
  ])("is, where the format is not known, %s", (_, prefix, shown) => {
    expect(redact(prefix + body(24))).toBe(`${shown}…${body(24).slice(-4)}`);
  });

  it("is no second word that is not an environment", () => {
    expect(redact(`own_corp_${body(24)}`)).toBe(`own_…${body(24).slice(-4)}`);
  });

  it("is a prefix only of a text that starts with it", () => {
    expect(redact(`own_${body(24)}`, "other_")).toBe(`own_…${body(24).slice(-4)}`);
  });

  it.each([
    ["own_", `${body(12)}_${body(11)}`, ""],
    ["own_", `${body(12)}-${body(12)}`, body(12).slice(-2)],
    ["own_", `${body(24)}_`, ""],
    ["own_", `${body(24)}é`, ""],
  ])("counts what stands behind the last separator alone: %s%s", (prefix, rest, tail) => {
    expect(redact(prefix + rest, prefix)).toBe(`${prefix}…${tail}`);
  });
});

describe("keys in free text", () => {
  const longer = profileOf("longer", formatOf({ prefix: "own_eu_" }));
  const own = profileOf("own", formatOf());

  it.each([
    [8, "own_…"],
    [24, `own_…${body(24).slice(-4)}`],
  ])("are masked from 8 characters on: %i", (size, shown) => {
    expect(redactWithin(`a own_${body(size)}, own_${body(size)}`, [own])).toBe(`a ${shown}, ${shown}`);
  });

  it("are left where fewer than 8 characters follow", () => {
    expect(redactWithin(`own_${body(7)}`, [own])).toBe(`own_${body(7)}`);
  });

  it("are taken by their longest prefix, whoever comes first", () => {
    for (const providers of [
      [own, longer],
      [longer, own],
    ]) {
      expect(redactWithin(`own_eu_${body(8)}`, providers)).toBe("own_eu_…");
    }
  });

  it("begin with a prefix as it is written, not as a pattern", () => {
    const dotted = [profileOf("dotted", formatOf({ prefix: "a.b_" }))];
    expect(redactWithin(`a.b_${body(8)} axb_${body(8)}`, dotted)).toBe(`a.b_… axb_${body(8)}`);
  });

  it("are masked by the providers that are asked, each time", () => {
    const text = `own_${body(8)} own_eu_${body(8)}`;
    for (let time = 0; time < 2; time += 1) {
      expect(redactWithin(text, [longer])).toBe(`own_${body(8)} own_eu_…`);
      expect(redactWithin(`plain-${body(8)}`, [])).toBe(`plain-${body(8)}`);
    }
  });

  it("are those of patterns, too", () => {
    const defined = defineProvider({
      id: "parts",
      patterns: [{ id: "token", pattern: "parts-{base62:24}", kind: "secret" }],
    });
    if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
    const text = `k = parts-${body(24)};`;
    expect(redactWithin(text, [defined.provider])).toBe(`k = parts-…${body(24).slice(-4)};`);
    expect(redactWithin(`${text} own_${body(8)}`, [own, defined.provider])).toMatch(/; own_…$/);
    expect(redactWithin(text, [own])).toBe(text);
  });
});
