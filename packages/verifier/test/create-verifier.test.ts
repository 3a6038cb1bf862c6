import { azotte } from "@keywarden/key-format";
import type { DenialCode, RateLimitState, Restrictions } from "@keywarden/management";
import { makeKey, sha256 } from "@keywarden/testing";
import type { VerifyRequest } from "@keywarden/verifier";
import { describe, expect, test } from "vitest";
import { key, makeRig, text } from "./rig.ts";
import type { Found } from "./rig.ts";

describe("what a key is bound to is checked in the documented order", () => {
  const bound: Restrictions = {
    ipRanges: ["10.0.0.0/8"],
    referrers: ["https://app.example"],
    endpoints: ["GET /v1/things"],
    product: "billing",
    tenant: "tenant_prod_1",
    projectTags: ["alpha", "beta"],
    rateLimits: [{ requests: 1, windowSeconds: 60 }],
  };
  // Each step mends what the step before was refused for.
  const steps: readonly (readonly [Partial<VerifyRequest>, DenialCode | "ok"])[] = [
    [{}, "other-provider"],
    [{ provider: "azotte" }, "ip-not-allowed"],
    [{ ip: "10.1.2.3" }, "referrer-not-allowed"],
    [{ referrer: "https://app.example/page" }, "endpoint-not-allowed"],
    [{ method: "GET" }, "endpoint-not-allowed"],
    [{ path: "/v1/things" }, "kind-not-allowed"],
    [{ kinds: ["publishable", "secret"] }, "permission-missing"],
    [{ permission: "read" }, "product-not-named"],
    [{ product: "other" }, "product-not-allowed"],
    [{ product: "billing" }, "tenant-not-named"],
    [{ tenant: "tenant_prod_2" }, "tenant-not-allowed"],
    [{ tenant: "tenant_prod_1" }, "project-not-named"],
    [{ projectTags: ["gamma"] }, "project-not-allowed"],
    [{ projectTags: [] }, "project-not-allowed"],
    [{ projectTags: ["gamma", "beta"] }, "ok"],
    [{}, "rate-limited"],
  ];
  const wrong: Partial<VerifyRequest> = {
    provider: "aforo",
    ip: "11.0.0.1",
    referrer: null,
    kinds: ["publishable"],
    permission: "write",
  };

  test("and the first that does not fit is the reason", async () => {
    const rig = makeRig({ found: { restrictions: bound } });
    const codes: string[] = [];
    let request = wrong;
    for (const [change] of steps) {
      request = { ...request, ...change };
      codes.push(await rig.ask(request));
    }
    expect(codes).toEqual(steps.map(([, code]) => code));
  });

  test.each(["product", "tenant", "projectTags"] as const)(
    "and a caller that checks the %s itself need not name it, but must not name another",
    async (bond) => {
      const rig = makeRig({ found: { restrictions: { [bond]: bound[bond] } } });
      const other = bond === "projectTags" ? ["gamma"] : "other";
      expect(await rig.ask()).toMatch(/-not-named$/);
      expect(await rig.ask({ unchecked: [] })).toMatch(/-not-named$/);
      expect(await rig.ask({ unchecked: [bond] })).toBe("ok");
      expect(await rig.ask({ unchecked: [bond], [bond]: other })).toMatch(/-not-allowed$/);
      expect(await rig.ask({ [bond]: bound[bond] })).toBe("ok");
    },
  );

  test("and one who checks something else has to name it", async () => {
    for (const bond of ["product", "tenant", "projectTags"] as const) {
      const rig = makeRig({ found: { restrictions: { [bond]: bound[bond] } } });
      const others = (["product", "tenant", "projectTags"] as const).filter((one) => one !== bond);
      expect(await rig.ask({ unchecked: others })).toMatch(/-not-named$/);
    }
  });

  test("an unknown address is in no range", async () => {
    const rig = makeRig({ found: { restrictions: { ipRanges: ["0.0.0.0/0", "::/0"] } } });
    expect([
      await rig.ask({ ip: null }),
      await rig.ask({ ip: "8.8.8.8" }),
      await rig.ask({ ip: "::1" }),
    ]).toEqual(["ip-not-allowed", "ok", "ok"]);
  });

  test("a key that is bound to nothing may do everything but what its kind and permissions forbid", async () => {
    const rig = makeRig();
    expect(
      await rig.ask({ referrer: null, method: "DELETE", path: "/", product: "p", projectTags: [] }),
    ).toBe("ok");
    expect(await rig.ask({ permission: null })).toBe("ok");
    const all = makeRig({ found: { key: { ...key, permissions: null } } });
    expect(await all.ask({ permission: "write" })).toBe("ok");
    const none = makeRig({ found: { key: { ...key, permissions: [] } } });
    expect([await none.ask({ permission: "read" }), await none.ask()]).toEqual(["permission-missing", "ok"]);
  });

  test("ranges of one key are not those of another", async () => {
    const ranges: { ipRanges: string[] } = { ipRanges: [] };
    const rig = makeRig({ find: () => ({ key, state: "active", restrictions: ranges }) });
    ranges.ipRanges = ["10.0.0.0/8"];
    expect(await rig.ask()).toBe("ok");
    ranges.ipRanges = ["11.0.0.0/8"];
    expect(await rig.ask()).toBe("ip-not-allowed");
    ranges.ipRanges = ["10.0.0.0/8"];
    expect(await rig.ask()).toBe("ok");
  });
});

describe("a tenant's name that says its environment", () => {
  test.each([
    ["azotte", "production", "tenant_prod_1", "ok"],
    ["azotte", "production", "tenant_dev_1", "tenant-not-allowed"],
    ["azotte", "development", "tenant_dev_1", "ok"],
    ["azotte", "development", "tenant_prod_1", "tenant-not-allowed"],
    ["azotte", "production", "acme", "ok"],
    ["azotte", "production", "acme_tenant_dev_", "ok"],
    ["azotte", undefined, "tenant_dev_1", "tenant-not-allowed"],
    ["aforo", "production", "tenant_dev_1", "ok"],
    ["nobody", "production", "tenant_dev_1", "other-provider"],
  ] as const)("of %s in %s: %s gives %s", async (provider, environment, tenant, outcome) => {
    const { environment: _, ...unplaced } = key;
    const placed = { ...unplaced, provider, ...(environment !== undefined && { environment }) };
    expect(await makeRig({ found: { key: placed } }).ask({ tenant })).toBe(outcome);
  });
});

describe("which key a request shows", () => {
  test("is found by the digest of its text, whose scheme does not count, or by the digest it brings", async () => {
    const rig = makeRig();
    for (const shown of [
      { text },
      { text: `secret-token:${text}` },
      { text: `SECRET-TOKEN:${text}` },
      { text: null, sha256: sha256(text) },
      { text: undefined, sha256: sha256(text) },
    ])
      expect([shown, await rig.ask(shown)]).toEqual([shown, "ok"]);
    expect(new Set(rig.lookedUp)).toEqual(new Set([sha256(text)]));
  });

  test("is that of the text where both are there", async () => {
    expect(await makeRig().ask({ text: `${text}0`, sha256: sha256(text) })).not.toBe("ok");
  });

  test("is none where there is neither, and nobody is blamed for that", async () => {
    const rig = makeRig({ badKeysPerMinute: 1 });
    for (const none of [{ text: null }, { text: "" }, { text: undefined }])
      expect(await rig.ask(none)).toBe("missing-key");
    expect(rig.lookedUp).toEqual([]);
    expect(await rig.ask({ text: "nonsense" })).toBe("malformed-key");
  });

  test.each([
    "nonsense",
    `x secret-token:${text}`,
    `${text.slice(0, 12)}secret-token:${text.slice(12)}`,
    `${text} ${text}`,
  ])("is malformed where no provider has such a format and none is stored: %#", async (shown) => {
    expect(await makeRig().ask({ text: shown })).toBe("malformed-key");
  });

  test("is refused where its provider is described no more, by its text and by its hash", async () => {
    const rig = makeRig();
    expect(await rig.ask({})).toBe("ok");
    rig.useProviders([]);
    expect(await rig.ask({})).toBe("other-provider");
  });

  test("is known where it is stored, although no provider has such a format", async () => {
    const other = "a key of another system";
    const rig = makeRig({
      find: (digest) => (digest === sha256(other) ? { key, state: "active", restrictions: {} } : null),
    });
    expect(await rig.ask({ text: other })).toBe("ok");
    expect(await rig.ask({ text: `${other}s` })).toBe("malformed-key");
  });

  test("is unknown where it is not found, by text or by digest", async () => {
    const other = makeKey(azotte, { kind: "secret", environment: "production" }, 8).reveal();
    expect(await makeRig().verify({ text: other })).toEqual({
      ok: false,
      code: "unknown-key",
      key: null,
      rateLimits: [],
    });
    expect(await makeRig().ask({ text: null, sha256: sha256(other) })).toBe("unknown-key");
  });

  test("is recalled before it is looked for", async () => {
    const recalled: Found = { key: { ...key, id: "key_2" }, state: "active", restrictions: {} };
    const rig = makeRig({ recall: (digest) => (digest === sha256(text) ? recalled : null) });
    expect([await rig.verify(), rig.lookedUp]).toEqual([{ ok: true, key: recalled.key, rateLimits: [] }, []]);
  });
});

const outcomes: Readonly<Record<Found["state"], DenialCode | "ok">> = {
  active: "ok",
  grace: "ok",
  pending: "unknown-key",
  disabled: "key-disabled",
  ended: "grace-ended",
  expired: "key-expired",
  revoked: "key-revoked",
};

describe.each(Object.entries(outcomes))("a secret that is %s", (name, outcome) => {
  const state = name as Found["state"];

  test(`gives ${outcome}, with the key that it was`, async () => {
    const rig = makeRig({ found: { state } });
    expect(await rig.ask({ provider: "azotte" })).toBe(outcome);
    expect((await rig.verify()).key).toEqual(key);
    // What is dead is dead on every route.
    expect(await rig.ask({ provider: "aforo" })).toBe(outcome === "ok" ? "other-provider" : outcome);
  });

  test(`counts as a bad key: ${outcome !== "ok"}`, async () => {
    const rig = makeRig({ found: { state }, badKeysPerMinute: 1 });
    expect([await rig.ask(), await rig.ask()]).toEqual([
      outcome,
      outcome === "ok" ? "ok" : "too-many-bad-keys",
    ]);
  });
});

describe("a key's rate limits", () => {
  const rateLimits = [{ requests: 3, windowSeconds: 60 }];

  test("are told with every answer, and counted for the key over both of its secrets", async () => {
    const rig = makeRig({ found: { restrictions: { rateLimits } } });
    const left = async (request: Partial<VerifyRequest> = {}) => (await rig.verify(request)).rateLimits;
    expect(await left()).toEqual([{ requests: 3, windowSeconds: 60, remaining: 2, resetSeconds: 60 }]);
    expect(await left({ cost: 2 })).toMatchObject([{ remaining: 0 }]);
    rig.clock.advance(20_000);
    expect(await rig.verify()).toEqual({
      ok: false,
      code: "rate-limited",
      key,
      rateLimits: [{ requests: 3, windowSeconds: 60, remaining: 0, resetSeconds: 40 }],
      retryAfterSeconds: 40,
    });
  });

  test("lose nothing to a request that is refused", async () => {
    const rig = makeRig({ found: { restrictions: { rateLimits, product: "billing" } } });
    for (let count = 0; count < 5; count += 1) expect(await rig.ask()).toBe("product-not-named");
    expect((await rig.verify({ product: "billing" })).rateLimits).toMatchObject([{ remaining: 2 }]);
  });

  const state = (remaining: number, resetSeconds: number): RateLimitState => ({
    requests: 10,
    windowSeconds: 60,
    remaining,
    resetSeconds,
  });

  describe.each([
    ["this process", <Decision>(decision: Decision) => decision],
    ["processes together", <Decision>(decision: Decision) => Promise.resolve(decision)],
  ] as const)("counted by %s", (_, answer) => {
    const rigWith = (allowed: boolean, states: readonly RateLimitState[]) => {
      const asked: unknown[] = [];
      const take = (...values: readonly unknown[]) => {
        asked.push(values);
        return answer({ allowed, states }) as never;
      };
      return { asked, ...makeRig({ found: { restrictions: { rateLimits } }, keyLimits: { take } }) };
    };

    test("let in what they allow", async () => {
      const rig = rigWith(true, [state(4, 9)]);
      expect(await rig.verify({ cost: 2 })).toEqual({ ok: true, key, rateLimits: [state(4, 9)] });
      expect(rig.asked).toEqual([["key_1", rateLimits, 2]]);
    });

    test.each([
      { cost: undefined, states: [state(0, 7), state(1, 99)], seconds: 7 },
      { cost: 1, states: [state(0, 7), state(0, 99), state(0, 8)], seconds: 99 },
      { cost: 2, states: [state(0, 7), state(1, 99), state(2, 500)], seconds: 99 },
      { cost: undefined, states: [state(0, 0)], seconds: 1 },
    ])("say when all that is asked for is free again ($seconds s)", async ({ cost, states, seconds }) => {
      const verdict = await rigWith(false, states).verify(cost === undefined ? {} : { cost });
      expect(verdict).toMatchObject({ code: "rate-limited", rateLimits: states, retryAfterSeconds: seconds });
    });
  });
});
