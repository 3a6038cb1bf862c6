import { providersOf } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { listKeySigns, makeScanner, makeSignSearch } from "@keywarden/scan";
import { makeKey, makePatternKey, sha256, writtenForms } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const { providers, managedProviders } = providersOf([]);
const search = makeSignSearch(listKeySigns(providers));
const scanner = makeScanner({ providers, sha256 });

function shownIn(bytes: Buffer): ReadonlySet<string> {
  const positions = new Set<number>();
  for (const sign of search(bytes.toString("latin1"))) {
    for (const at of sign.providers ?? providers.keys()) positions.add(at);
  }
  return new Set([...positions].map((at) => providers[at]?.id ?? ""));
}

// All that a scan names as a possible provider must have shown a sign.
function unshownIn(bytes: Buffer): readonly string[] {
  const shown = shownIn(bytes);
  const named = scanner.scanBytes(bytes).flatMap(({ candidates }) => candidates);
  return named.filter((provider) => !shown.has(provider));
}

const catalogueTexts = providers.flatMap(({ patterns = [] }: ProviderProfile) =>
  patterns.flatMap((pattern) =>
    pattern.variants.map(
      (variant, at) => `${pattern.beside?.[0] ?? "it"}="${makePatternKey(pattern, variant, at + 3)}"`,
    ),
  ),
);

describe("the signs of keys", () => {
  it("are shown by every key of the catalogue, plain and in UTF-16", () => {
    expect(catalogueTexts.flatMap((text) => unshownIn(Buffer.from(text)))).toEqual([]);
    expect(catalogueTexts.flatMap((text) => unshownIn(Buffer.from(text, "utf16le")))).toEqual([]);
    expect(catalogueTexts.filter((text) => shownIn(Buffer.from(text)).size === 0)).toEqual([]);
  });

  it("are shown by every key with a prefix, in every form that a scan reads", () => {
    const keys = managedProviders.map((provider) =>
      makeKey(provider, { kind: "secret", environment: "production" }).reveal(),
    );
    for (const [form, { encode }] of Object.entries(writtenForms)) {
      for (const key of keys) expect([form, unshownIn(encode(`key = "${key}"`))]).toEqual([form, []]);
    }
  });

  it("are few providers' for one key, and nobody's in ordinary text", () => {
    const [key = ""] = managedProviders.map((provider) =>
      makeKey(provider, { kind: "secret", environment: "production" }).reveal(),
    );
    expect(shownIn(Buffer.from(`curl -H 'Authorization: Bearer ${key}'`)).size).toBeLessThan(20);
    const texts = [
      "npm test -- --run src/pattern.test.ts",
      "import { createHash } from 'node:crypto'; createHash('sha256').update(text).digest('hex');",
      "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich — 12 €",
    ];
    expect(texts.flatMap((text) => [...shownIn(Buffer.from(text))])).toEqual([]);
  });

  it("are all providers' where something is packed", () => {
    expect(shownIn(Buffer.from("PK\x03\x04\x14", "latin1")).size).toBe(providers.length);
  });
});
