import { describe, expect, it } from "vitest";
import { parseKey } from "../src/parse-key.ts";
import { splitKey } from "../src/split-key.ts";
import { formatOf, profileOf } from "./own-profile.ts";

const hex = profileOf("hex", formatOf({ alphabet: "hex" }));
const base36 = profileOf("base36", formatOf({ alphabet: "base36" }));
const longer = profileOf("longer", formatOf({ prefix: "own_eu_" }), formatOf({ prefix: "else_" }));
const providers = [hex, base36, longer];
const body = "0123456789abcdef0123";

describe("a text that is no key says where it goes wrong", () => {
  it.each([
    ["empty", "", "the text is empty"],
    ["too-long", `own_${"a".repeat(509)}`, "513 characters, no key has more than 512"],
    ["surrounding-whitespace", ` own_${body}`, "white space before or after the key"],
    ["surrounding-whitespace", `own_${body}\n`, "white space before or after the key"],
    ["control-character", `\0own_${body}`, "character 1 is a control character"],
    ["control-character", `own_\u2028${body}`, "character 5 is a control character"],
    [
      "invisible-character",
      `own_\u200b${body}`,
      "character 5 is invisible or turns the direction of writing",
    ],
    ["lone-surrogate", `own_\ud800${body}`, "half of a surrogate pair is on its own"],
    ["unknown-prefix", `any_${body}`, "the text starts with none of the known prefixes"],
    [
      "unknown-prefix",
      `OWN_EU_${body}`,
      "the text starts with none of the known prefixes; own_eu_ is written like this, in lower case",
    ],
    ["no-body", "own_", "nothing follows the prefix own_"],
    ["foreign-character", "own_abcZ", "character 4 after own_ is not one that such keys are made of"],
    // What base36 reads furthest decides.
    ["foreign-character", "own_abxyZ", "character 5 after own_ is not one that such keys are made of"],
  ])("%s: %j", (reason, text, message) => {
    expect(parseKey(text, providers)).toEqual({ ok: false, reason, message });
  });
});

describe("a text is cut", () => {
  const cut = (text: string) => {
    const split = splitKey(text, providers);
    return split && [split.prefix, split.rest, split.formats.map(({ provider }) => provider.id)];
  };

  it("behind the longest known prefix, for every provider that has it, in their order", () => {
    expect(cut("own_a")).toEqual(["own_", "a", ["hex", "base36"]]);
    expect(cut("own_eu_a")).toEqual(["own_eu_", "a", ["longer"]]);
    expect(cut("else_")).toEqual(["else_", "", ["longer"]]);
    expect(cut("any_a")).toBeNull();
  });

  it("alike in whatever order the providers come", () => {
    for (const order of [
      [longer, hex],
      [hex, longer],
    ]) {
      const split = splitKey("own_eu_a", order);
      expect(split?.formats.map(({ provider }) => provider.id)).toEqual(["longer"]);
    }
    expect(splitKey("own_a", [base36, longer, hex])?.formats.map(({ provider }) => provider.id)).toEqual([
      "base36",
      "hex",
    ]);
  });
});

describe("a key that one format of several reads", () => {
  it("is taken apart, with every format of its prefix", () => {
    const parsed = parseKey("own_xyz", providers);
    expect(parsed).toMatchObject({ ok: true, prefix: "own_", body: "xyz", kind: "secret", label: "own" });
    expect(parsed.ok && parsed.formats.map(({ provider }) => provider.id)).toEqual(["hex", "base36"]);
  });

  it("may have 512 characters", () => {
    expect(parseKey(`own_${"a".repeat(508)}`, providers).ok).toBe(true);
  });
});
