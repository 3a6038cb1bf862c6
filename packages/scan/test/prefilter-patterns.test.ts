import { catalogueProviders, providersOf } from "@keywarden/key-format";
import { listPrefilterLiterals, listPrefilterPatterns } from "@keywarden/scan";
import { makePatternKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const { providers } = providersOf([]);
const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&");
const expressions = [
  ...listPrefilterLiterals(providers).map(escaped),
  ...listPrefilterPatterns(providers).map((pieces) =>
    pieces
      .map((piece) => (piece === "\0" ? "[^\\t -~]" : piece.length === 1 ? escaped(piece) : `[${piece}]`))
      .join(""),
  ),
];
const doubtful = new RegExp(expressions.join("|"));

const keys = catalogueProviders.flatMap(({ patterns = [] }) =>
  patterns.flatMap((pattern) =>
    pattern.variants.map((variant, index) => {
      const key = makePatternKey(pattern, variant, index + 3);
      return `${pattern.beside?.[0] ?? "it"}="${key}"`;
    }),
  ),
);

describe("the prefilter patterns", () => {
  it("are in every key of the catalogue, plain and in UTF-16", () => {
    expect(keys.filter((text) => !doubtful.test(text))).toEqual([]);
    const wide = keys.map((text) => Buffer.from(text, "utf16le").toString("latin1"));
    expect(wide.filter((text) => !doubtful.test(text))).toEqual([]);
  });

  it("are not in ordinary text", () => {
    const texts = [
      "const pattern = patterns.find(({ path }) => path.startsWith('src/'));",
      "The quick brown fox jumps over the lazy dog; re_run, pre_core, task_test, key-value, API-first, access-control",
      "import { createHash } from 'node:crypto'; createHash('sha256').update(text).digest('hex');",
      '"integrity": "sha512-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/=="',
      "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich — 12 €",
    ];
    expect(texts.filter((text) => doubtful.test(Buffer.from(text).toString("latin1")))).toEqual([]);
  });
});
