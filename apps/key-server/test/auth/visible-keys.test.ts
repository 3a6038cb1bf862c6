import type { StoredKey, TokenLimits } from "@keywarden/storage";
import { describe, expect, test } from "vitest";
import type { Principal } from "../../src/auth/principal.ts";
import { describeLimits, isWithin, viewLimits } from "../../src/auth/token-limits.ts";
import { findVisibleKey, isVisible } from "../../src/keys/find-visible-key.ts";

interface Change {
  readonly provider?: string;
  readonly environment?: string;
  readonly restrictions?: { readonly tenant?: string; readonly product?: string };
}
const keyWith = ({ restrictions, ...change }: Change = {}): StoredKey =>
  ({
    id: "key_1",
    provider: "aforo",
    environment: "production",
    ...change,
    metadata: restrictions === undefined ? {} : { restrictions },
  }) as unknown as StoredKey;
const asKey = (change: Change = {}): Principal => ({ type: "key", key: keyWith(change) });
const asToken = (limits: TokenLimits | null): Principal => ({
  type: "token",
  id: "tok_1",
  name: "ada",
  role: "reader",
  limits,
});

describe("a key sees", () => {
  const acme = { restrictions: { tenant: "acme" } };
  const billing = { restrictions: { product: "billing" } };
  test.each([
    ["its like", {}, {}, true],
    ["no other provider's", {}, { provider: "azotte" }, false],
    ["no other environment's", {}, { environment: "sandbox" }, false],
    [
      "those of every tenant and product, where it belongs to none",
      {},
      { restrictions: { tenant: "acme", product: "x" } },
      true,
    ],
    ["those of its tenant", acme, acme, true],
    ["those of no other tenant", acme, { restrictions: { tenant: "other" } }, false],
    ["none that belong to no tenant, where it belongs to one", acme, {}, false],
    ["those of its product", billing, billing, true],
    ["those of no other product", billing, { restrictions: { product: "other" } }, false],
    ["none that belong to no product, where it belongs to one", billing, {}, false],
    ["none of its tenant in another environment", acme, { ...acme, environment: "sandbox" }, false],
  ] as const)("%s", (_, own, other, isSeen) => {
    expect(isVisible(asKey(own), keyWith(other))).toBe(isSeen);
  });
});

describe("a token sees, with limits", () => {
  test.each<[TokenLimits | null, Change, boolean]>([
    [null, {}, true],
    [{}, {}, true],
    [{ providers: ["aforo", "azotte"] }, {}, true],
    [{ providers: ["azotte"] }, {}, false],
    [{ providers: [] }, {}, false],
    [{ environments: ["production"] }, {}, true],
    [{ environments: ["sandbox"] }, {}, false],
    [{ tenants: ["acme"] }, { restrictions: { tenant: "acme" } }, true],
    [{ tenants: ["acme"] }, { restrictions: { tenant: "other" } }, false],
    [{ tenants: ["acme"] }, {}, false],
    [{ providers: ["aforo"], environments: ["sandbox"] }, {}, false],
    [{ providers: ["aforo"], environments: ["production"], tenants: ["acme"] }, {}, false],
  ])("%j, the key of %j: %s", (limits, change, isSeen) => {
    expect(isVisible(asToken(limits), keyWith(change))).toBe(isSeen);
    const { provider, environment } = keyWith(change);
    const tenant = change.restrictions?.tenant;
    expect(limits === null || isWithin(limits, { provider, environment, tenant })).toBe(isSeen);
  });

  test.each<[TokenLimits, string]>([
    [{}, ""],
    [{ providers: ["aforo"] }, "provider aforo"],
    [
      { providers: ["aforo", "azotte"], environments: ["production"], tenants: ["acme", "zeta"] },
      "provider aforo or azotte, environment production, tenant acme or zeta",
    ],
  ])("%j, shown as they are and told as %j", (limits, told) => {
    expect(viewLimits(limits)).toEqual(limits);
    expect(Object.keys(viewLimits(limits))).toEqual(Object.keys(limits));
    expect(describeLimits(limits)).toBe(told);
  });
});

describe("a key that is asked for by id", () => {
  const find = async (principal: Principal, id: string, provider?: string) => {
    const context = {
      storage: { keys: { getKey: async (one: string) => (one === "key_1" ? keyWith() : null) } },
    };
    const found = await findVisibleKey(context, principal, id, provider);
    return found.ok ? found.value.id : found.refusal;
  };

  test("is found by who sees it, on every route or on its provider's", async () => {
    expect([await find(asToken(null), "key_1"), await find(asKey(), "key_1", "aforo")]).toEqual([
      "key_1",
      "key_1",
    ]);
  });

  test("is not found, in the same words, whether there is none, it is hidden or another provider's", async () => {
    const refusals = [
      await find(asToken(null), "key_2"),
      await find(asToken({ providers: ["azotte"] }), "key_1"),
      await find(asKey({ environment: "sandbox" }), "key_1"),
      await find(asToken(null), "key_1", "azotte"),
    ];
    expect(refusals[0]).toMatchObject({ code: "KEY_NOT_FOUND" });
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
  });
});
