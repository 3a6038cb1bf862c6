import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { classCharacters } from "../src/pattern/character-class.ts";
import { isLiteral } from "../src/pattern/pattern-part.ts";
import { defineProvider } from "../src/define-provider.ts";
import { providersOf } from "../src/providers/providers-of.ts";
import { redactWithin } from "../src/redaction/redact-within.ts";

const part = (size: number): string => "q7Zt2LmX9bRw4KcV8nHs1YfJ6dGp3TeA".slice(0, size);

it.each([
  ["acme:{base62:8}:{base62:8}", `acme:${part(8)}:${part(8)}`],
  ["ac~{base62:6}~{base62:6}~{base62:6}", `ac~${part(6)}~${part(6)}~${part(6)}`],
  ["acme-{base62:20}.{hex:8}", `acme-${part(20)}.0a1b2c3d`],
])("a key of the pattern %s is masked, however short its runs are", (pattern, key) => {
  const defined = defineProvider({ id: "acme", patterns: [{ id: "one", pattern, kind: "secret" }] });
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  for (const text of [key, `see ${key} there`]) {
    expect(redactWithin(text, [defined.provider])).not.toContain(key);
  }
});

// One in 1,500 holds `4b1d` with as much behind it as a key of ClickHouse has: such a fingerprint could not be stored.
it("a fingerprint or object id is shown whole, whatever it holds", () => {
  const { providers } = providersOf([]);
  for (let index = 0; index < 10_000; index += 1) {
    const digest = (algorithm: string): string => createHash(algorithm).update(String(index)).digest("hex");
    const text = `"key":"${digest("sha256")}" in ${digest("sha1")}`;
    expect(redactWithin(text, providers)).toBe(text);
  }
});

it.each([
  ["a key beside a digest", (key: string) => `${"0a".repeat(32)} ${key}`],
  ["a key within hexadecimal text that is no digest", (key: string) => `${"0a".repeat(7)}${key}`],
  [
    "a key at the end of a digest's worth of text that is not all hexadecimal",
    (key: string) => `${"0a".repeat(11)}${key}`,
  ],
])("%s is masked", (_what, put) => {
  const key = `4b1d${part(32)}q7Zt2L`;
  expect(redactWithin(put(key), providersOf([]).providers)).not.toContain(key);
});

it.each([
  ["longer first", ["acme-api-{base62:20}", "acme-{base64url:16,60}"]],
  ["shorter first", ["acme-{base64url:16,60}", "acme-api-{base62:20}"]],
])("a key of two patterns is shown by its longest prefix, the %s", (_order, texts) => {
  const patterns = texts.map((pattern, index) => ({ id: `p${index}`, pattern, kind: "secret" as const }));
  const defined = defineProvider({ id: "acme", patterns });
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  expect(redactWithin(`acme-api-${part(20)}`, [defined.provider])).toBe(`acme-api-…${part(20).slice(-2)}`);
  // Whatever follows belongs to the key of the other pattern, and is masked with it.
  expect(redactWithin(`acme-api-${part(20)}-${part(9)}`, [defined.provider])).toBe("acme-…");
});

it("a text is masked alike, whether all formats are asked about it or those that it shows the beginnings of", () => {
  const defined = defineProvider({
    id: "acme",
    formats: [
      { prefix: "sk_", kind: "secret", environment: "production", body: { alphabet: "base62", length: 30 } },
    ],
    patterns: [{ id: "one", pattern: "acme:{base62:8}", kind: "secret" }],
  });
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  const builtIn = providersOf([]).providers;
  const nobody = {
    id: "nobody",
    name: "Nobody",
    formats: [],
    publishedExamples: [],
    variables: [],
    hosts: [],
  };
  const variants = builtIn.flatMap(({ patterns = [] }) => patterns.flatMap((pattern) => pattern.variants));
  const prefixes = builtIn.flatMap(({ formats }) => formats.map(({ prefix }) => prefix));
  const digits = fc.string({ unit: fc.constantFrom(...part(32), ..."0123456789abcdef"), maxLength: 70 });
  const prefixed = fc.tuple(fc.constantFrom(...prefixes, "sk_"), digits).map((parts) => parts.join(""));
  const inParts = fc.tuple(fc.constantFrom(...variants), fc.nat(1000)).map(([{ parts }, seed]) =>
    parts
      .map((one) => {
        if (isLiteral(one)) return one.literal;
        const characters = classCharacters(one.characters);
        const size = Math.min(one.max, one.min + (seed % 3));
        return Array.from({ length: size }, (_, at) =>
          characters.charAt((seed + 7 * at + at * at) % characters.length),
        ).join("");
      })
      .join(""),
  );
  const other = fc.oneof(digits, fc.string({ maxLength: 8 }), fc.constantFrom("acme:", "…", "sk_live_", " "));
  const texts = fc.array(fc.oneof(prefixed, inParts, other), { maxLength: 6 }).map((some) => some.join(""));
  // Not the built-in ones first: all are asked.
  const all = [nobody, ...builtIn];
  const allAndOwn = [...all, defined.provider];
  let masked = 0;
  fc.assert(
    fc.property(texts, fc.boolean(), (text, withOwn) => {
      const shown = redactWithin(text, withOwn ? [...builtIn, defined.provider] : [...builtIn]);
      if (shown !== text) masked += 1;
      expect(shown).toBe(redactWithin(text, withOwn ? allAndOwn : all));
    }),
    { numRuns: 200, seed: 20_261_130 },
  );
  expect(masked).toBeGreaterThan(50);
});
