import { providersOf } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { aforoKey, keyOf } from "./keys.ts";

const scanner = makeScanner({ providers: providersOf([]).providers, sha256 });
const verdictsOf = (text: string): readonly string[] => scanner.scanText(text).map(({ verdict }) => verdict);

describe("a key whose end is left out", () => {
  it.each(["...", "…", "***", "•••"])("is a placeholder before %s", (mark) => {
    for (const length of [9, 10, 12, 16]) {
      expect(verdictsOf(`Key: \`${keyOf("sk_live_", length, length)}${mark}\``)).toEqual(["placeholder"]);
    }
  });

  it("is none where the key is whole", () => {
    expect(verdictsOf(`using ${aforoKey(3)}...`)).toEqual(["key"]);
    expect(verdictsOf(`using ${keyOf("sk_live_", 32, 4)}...`)).toEqual(["key"]);
  });
});

describe("whose key it is", () => {
  const providerOf = (text: string): string | null | undefined => scanner.scanText(text)[0]?.provider;

  it("follows the name beside it, and never one that only prints such keys", () => {
    expect(providerOf(`PAYSTACK_SECRET_KEY=${keyOf("sk_live_", 40, 5, "hex")}`)).toBe("paystack");
    expect(providerOf(`stripe.api_key = "${keyOf("sk_live_", 24, 6)}"`)).toBe("stripe");
    expect(providerOf(`api_key = "${keyOf("sk_live_", 24, 6)}"`)).toBeNull();
    expect(providerOf(`CLERK_SECRET_KEY=${keyOf("sk_test_", 42, 7)}`)).toBe("clerk");
  });

  it("is not Example's because a field is called example", () => {
    expect(providerOf(`example: ${keyOf("sk_test_", 24, 8)}`)).not.toBe("example");
  });
});
