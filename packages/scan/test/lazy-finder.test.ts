import fc from "fast-check";
import { catalogueProviders, providersOf, type ProviderProfile } from "@keywarden/key-format";
import type { Match } from "@keywarden/scan";
import { makeOwnProvider, makePatternKey, sha256, writePatternKey, writtenForms } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { makeDecoders } from "../src/decoders/make-decoders.ts";
import { longestBody } from "../src/match/candidate.ts";
import { makeFindMatches } from "../src/match/find-matches.ts";
import { groupByPrefix } from "../src/match/key-prefix.ts";
import { type LazyFinder, makeLazyFinder } from "../src/match/lazy-finder.ts";
import { makeSurroundings } from "../src/match/surroundings.ts";
import { builtInAnchors } from "../src/search/built-in-anchors.ts";
import { lookForPlain } from "../src/search/quick-look.ts";
import { keyOf } from "./keys.ts";

const numRuns = process.env["SLOW"] === "1" ? 20_000 : 100;
const builtIn = providersOf([]).providers;

const ownFormat = (prefix: string): object => ({
  prefix,
  kind: "secret",
  environment: "production",
  body: { alphabet: "base62", length: { min: 20, max: 60 } },
});

const acme = makeOwnProvider({
  formats: [ownFormat("acme_live_"), ownFormat("sk_live_")],
  patterns: [{ id: "token", name: "token", kind: "secret", pattern: "tok.{base62:24}.{digits:6}" }],
});
// It takes the place of the catalogue's.
const github = makeOwnProvider({ id: "github", name: "GitHub", formats: [ownFormat("ghx_")] });

const makeFinderOf = (providers: readonly ProviderProfile[]): LazyFinder =>
  makeLazyFinder({ providers, sha256, nowMs: 0, isThorough: false });

const configurations = [
  builtIn,
  providersOf([acme]).providers,
  providersOf([github, acme]).providers,
  builtIn.filter(({ field }) => field === undefined || field === "payments"),
].map((providers) => ({ providers, whole: makeFinderOf(providers).whole().finder }));

const spellings = catalogueProviders.flatMap(({ patterns = [] }) =>
  patterns.flatMap((pattern) => pattern.variants.map((variant) => ({ pattern, variant }))),
);
const prefixes = ["sk_live_", "pk_test_", "rk_prod_", "sk_dev_", "kwt_", "acme_live_", "ghx_"];

const prefixed = fc
  .tuple(fc.constantFrom(...prefixes), fc.integer({ min: 16, max: 48 }), fc.nat(1_000_000))
  .map(([prefix, length, seed]) => keyOf(prefix, length, seed));
const inParts = fc
  .tuple(fc.constantFrom(...spellings), fc.nat(1_000_000), fc.constantFrom("min" as const, "max" as const))
  .map(([{ pattern, variant }, seed, size]) =>
    writePatternKey(pattern, makePatternKey(pattern, variant, seed, size)),
  );
const token = fc.nat(1_000_000).map((seed) => keyOf("tok.", 24, seed) + ".123456");
const latin = (text: string): Buffer => Buffer.from(text, "latin1");

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(prefixed, inParts, token).map(latin) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.oneof(prefixed, token), fc.constantFrom(...Object.values(writtenForms)))
      .map(([key, { encode }]) => encode(key)),
  },
  { weight: 1, arbitrary: prefixed.map((key) => latin(`"${key.slice(0, 15)}" + "${key.slice(15)}"`)) },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }).map(latin) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...'\n,\r\n, ,=,",sk_,STRIPE_API_KEY=,x,-,github'.split(",")).map(latin),
  },
);
const files = fc.array(
  fc.array(piece, { maxLength: 5 }).map((pieces) => Buffer.concat(pieces)),
  { minLength: 1, maxLength: 4 },
);

const plain = (matches: readonly Match[]): unknown =>
  matches.map(({ secret, ...match }) => ({ ...match, secret: secret.reveal() }));

describe("a finder whose parts are made when bytes need them", () => {
  it("finds what the whole one finds, file by file, with a user's own providers and parts of the catalogue", () => {
    let quick = 0;
    fc.assert(
      fc.property(fc.constantFrom(...configurations), files, ({ providers, whole }, contents) => {
        const finder = makeFinderOf(providers);
        for (const bytes of contents) {
          const expected = plain(whole.find(bytes, 0, bytes.length));
          expect(plain(finder.find(bytes))).toEqual(expected);
          const isPlain = lookForPlain(bytes, builtInAnchors()) !== null;
          if (isPlain && Array.isArray(expected) && expected.length > 0) quick += 1;
        }
      }),
      { numRuns, seed: 20_261_130 },
    );
    expect(quick).toBeGreaterThan(10);
  });

  it("finds as thoroughly what one finds that has made every decoder beforehand", () => {
    const thorough = makeFindMatches(makeDecoders(groupByPrefix(builtIn, true), longestBody, true), {
      providers: builtIn,
      sha256,
      nowMs: 0,
      readSurroundings: makeSurroundings(builtIn),
    });
    let found = 0;
    fc.assert(
      fc.property(files, (contents) => {
        const finder = makeLazyFinder({ providers: builtIn, sha256, nowMs: 0, isThorough: true });
        for (const bytes of contents) {
          const expected = thorough.find(bytes, 0, bytes.length);
          expect(plain(finder.find(bytes))).toEqual(plain(expected));
          found += expected.length;
        }
      }),
      { numRuns, seed: 20_261_130 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it("needs no decoder but one for keys that stand as they are, and all for a key in another form", () => {
    const key = keyOf("sk_live_", 40, 3);
    expect(lookForPlain(latin(`AFORO_API_KEY=${key}\n`), builtInAnchors())?.texts).toContain("sk_live_");
    for (const { encode, encoding } of Object.values(writtenForms)) {
      if (encoding === "plain") continue;
      expect([encoding, lookForPlain(encode(key), builtInAnchors())]).toEqual([encoding, null]);
    }
    expect(lookForPlain(latin(`"${key.slice(0, 20)}" +\n "${key.slice(20)}"`), builtInAnchors())).toBeNull();
  });
});
