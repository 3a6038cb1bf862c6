import { providersOf } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import {
  listKeySigns,
  listSignLeads,
  makeScanner,
  makeSignSearch,
  mayShowSign,
  narrowProviders,
} from "@keywarden/scan";
import { makeKey, makePatternKey, writePatternKey, sha256, writtenForms } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const { providers, managedProviders } = providersOf([]);
const signs = listKeySigns(providers);
const search = makeSignSearch(signs);
const leads = listSignLeads(signs);
const scanner = makeScanner({ providers, sha256 });

function shownIn(bytes: Buffer): readonly string[] {
  const sorts = new Set<string>();
  const text = bytes.toString("latin1");
  const found = search(text);
  if (found.size > 0 && !mayShowSign(text, leads)) throw new Error("a sign without a lead");
  for (const sign of found) {
    if (sign.sorts === undefined) return providers.map(({ id }) => id);
    for (const sort of sign.sorts) sorts.add(sort);
  }
  return narrowProviders(providers, sorts).map(({ id }) => id);
}

// All that a scan names as a possible provider must have shown a sign.
function missedIn(bytes: Buffer): readonly string[] {
  const shown = shownIn(bytes);
  const named = scanner.scanBytes(bytes).flatMap(({ candidates }) => candidates);
  return named.filter((provider) => !shown.includes(provider));
}

const catalogueTexts = providers.flatMap(({ patterns = [] }: ProviderProfile) =>
  patterns
    .filter(({ isRare }) => isRare !== true)
    .flatMap((pattern) =>
      pattern.variants.map((variant, at) =>
        writePatternKey(pattern, makePatternKey(pattern, variant, at + 3)),
      ),
    ),
);

describe("the signs of keys", () => {
  it("are shown by every key of the catalogue, plain and in UTF-16", () => {
    expect(catalogueTexts.flatMap((text) => missedIn(Buffer.from(text)))).toEqual([]);
    expect(catalogueTexts.flatMap((text) => missedIn(Buffer.from(text, "utf16le")))).toEqual([]);
    expect(catalogueTexts.filter((text) => shownIn(Buffer.from(text)).length === 0)).toEqual([]);
  });

  it("are shown by every key with a prefix, in every form that a scan reads", () => {
    const keys = managedProviders.map((provider) =>
      makeKey(provider, { kind: "secret", environment: "production" }).reveal(),
    );
    for (const [form, { encode }] of Object.entries(writtenForms)) {
      for (const key of keys) expect([form, missedIn(encode(`key = "${key}"`))]).toEqual([form, []]);
    }
  });

  it("are few providers' for one key, and nobody's in ordinary text", () => {
    const [key = ""] = managedProviders.map((provider) =>
      makeKey(provider, { kind: "secret", environment: "production" }).reveal(),
    );
    expect(shownIn(Buffer.from(`curl -H 'Authorization: Bearer ${key}'`)).length).toBeLessThan(
      providers.length / 5,
    );
    const texts = [
      "npm test -- --run src/pattern.test.ts",
      "import { createHash } from 'node:crypto'; createHash('sha256').update(text).digest('hex');",
      "A café — 12 €, naïve, déjà vu",
    ];
    expect(texts.flatMap((text) => shownIn(Buffer.from(text)))).toEqual([]);
    expect(mayShowSign("ls -la", leads)).toBe(false);
  });

  it("are all providers' where something is packed", () => {
    expect(shownIn(Buffer.from("PK\x03\x04\x14", "latin1")).length).toBe(providers.length);
  });
});
