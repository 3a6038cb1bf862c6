import { catalogueProviders, providersOf } from "@keywarden/key-format";
import {
  leftBoundaries,
  listKeySigns,
  listPrefilterPatterns,
  makeScanner,
  makeSignSearch,
} from "@keywarden/scan";
import { makePatternKey, writePatternKey, sha256 } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLeftBoundary } from "../src/match/boundary.ts";

const { providers } = providersOf([]);
const search = makeSignSearch(listKeySigns(providers));
const isDoubtful = (bytes: string): boolean => search(bytes).size > 0;
const scanner = makeScanner({ providers, sha256 });

// Rare ones are looked for by thorough scans alone.
const keys = catalogueProviders.flatMap(({ patterns = [] }) =>
  patterns
    .filter(({ isRare }) => isRare !== true)
    .flatMap((pattern) =>
      pattern.variants.map((variant, index) => {
        const key = makePatternKey(pattern, variant, index + 3);
        const [service = "it"] = pattern.services ?? [];
        const text = writePatternKey(pattern, key);
        return { name: pattern.beside?.[0] ?? `${service}_api_key`, key, text };
      }),
    ),
);
const texts = keys.map(({ text }) => text);

describe("the prefilter patterns", () => {
  it("are in every key of the catalogue, plain and in UTF-16", () => {
    expect(texts.filter((text) => !isDoubtful(text))).toEqual([]);
    const wide = texts.map((text) => Buffer.from(text, "utf16le").toString("latin1"));
    expect(wide.filter((text) => !isDoubtful(text))).toEqual([]);
  });

  it("are in whatever a scan finds, behind whatever stands before it", () => {
    const before = fc.oneof(
      fc.constantFrom(
        "",
        "word",
        "name_",
        "\\n",
        "\\t",
        "%3D",
        "%253D",
        "\\x3d",
        "\\u003d",
        "=3D",
        "\x1b[32m",
        "\\e[0m",
      ),
      fc.string({ unit: "binary-ascii", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.nat(keys.length - 1), before, (index, text) => {
        const { name = "", key = "" } = keys[index] ?? {};
        const bytes = Buffer.from(`${text}${key} ${name}=${text}${key}`, "latin1");
        const isFound = scanner.scanBytes(bytes).length > 0;
        expect([isFound, isDoubtful(bytes.toString("latin1"))]).not.toEqual([true, false]);
      }),
      { numRuns: 700 },
    );
  });

  it("are not in ordinary text", () => {
    const ordinary = [
      "const pattern = patterns.find(({ path }) => path.startsWith('src/'));",
      "The quick brown fox jumps over the lazy dog; re_run, pre_core, task_test, key-value, API-first, access-control",
      "import { createHash } from 'node:crypto'; createHash('sha256').update(text).digest('hex');",
      '"integrity": "sha512-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/=="',
      "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich — 12 €",
      "a conditional-expression-in-a-long-name, transaction_processing, context_switching, npm_lifecycle_event",
      '["task", "disk","risk"], [\'task\', \'disk\'], 2x — 3x²; x^2 + y^2\nfor the error\nbucket3\n',
    ];
    expect(ordinary.filter((text) => isDoubtful(Buffer.from(text).toString("latin1")))).toEqual([]);
  });

  it("stand apart where no letter before them could be part of the text", () => {
    const ends = new RegExp(
      `(?:${leftBoundaries.map((pieces) => pieces.map(piece).join("")).join("|")})$`,
      "m",
    );
    const letter = fc.constantFrom(..."%05x=0123456789abcdefmn\\[;\x1b_ \nZ");
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 8 }), (text) => {
        const isFree = isLeftBoundary(Buffer.from(text, "latin1"), text.length);
        expect([isFree, ends.test(text) || text === "" || text.endsWith("\n")]).not.toEqual([true, false]);
      }),
      { numRuns: 3000 },
    );
    expect(listPrefilterPatterns(providers).filter(({ standsApart }) => standsApart).length).toBeGreaterThan(
      100,
    );
  });
});

function piece(text: string): string {
  if (text === "\n") return "^";
  return text.length > 1 ? `[${text.replace("[", "\\[")}]` : text.replace("\\", "\\\\");
}
