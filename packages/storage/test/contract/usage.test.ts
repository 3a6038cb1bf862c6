import {
  usageKeptMs,
  usageWidthsMs,
  type KeyStorage,
  type UsageCount,
  type UsageWidth,
} from "@keywarden/storage";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed } from "../stores.ts";

const { minute, hour, day } = usageWidthsMs;
const startMs = Date.UTC(2026, 0, 1);

function counted(count: Partial<UsageCount> = {}): UsageCount {
  return {
    keyId: "a",
    startMs,
    outcome: "allowed",
    country: "unknown",
    feature: "GET /v1/users/{id}",
    requests: 1,
    ...count,
  };
}

async function everything(storage: KeyStorage, keyId: string | null, width: UsageWidth = "day") {
  return storage.usage.read({ scope: { keyId }, fromMs: 0, toMs: 2 ** 50, width });
}

async function rollUpAll(storage: KeyStorage): Promise<number> {
  let steps = 0;
  while (await storage.usage.rollUp()) steps += 1;
  return steps;
}

const sumOf = (rows: readonly { readonly requests: number }[]) =>
  rows.reduce((sum, { requests }) => sum + requests, 0);

describe.each(adapters)("usage on $adapter", ({ makePlace }) => {
  it("divides the same requests by time, outcome, country and feature", async () => {
    const { usage } = await makePlace().openKeys();
    await usage.add([
      counted({ requests: 5, country: "DE" }),
      counted({ requests: 2, country: "FR", feature: "other" }),
      counted({ requests: 3, country: "DE", outcome: "rate-limited", startMs: startMs + minute + 17 }),
      counted({ keyId: "b", requests: 100 }),
    ]);
    await usage.add([counted({ requests: 1, country: "DE" })]);

    expect(
      await usage.read({ scope: { keyId: "a" }, fromMs: startMs, toMs: startMs + hour, width: "minute" }),
    ).toEqual({
      buckets: [
        { startMs, requests: 8, denied: 0 },
        { startMs: startMs + minute, requests: 3, denied: 3 },
      ],
      outcomes: [
        { name: "allowed", requests: 8, denied: 0 },
        { name: "rate-limited", requests: 3, denied: 3 },
      ],
      countries: [
        { name: "DE", requests: 9, denied: 3 },
        { name: "FR", requests: 2, denied: 0 },
      ],
      features: [
        { name: "GET /v1/users/{id}", requests: 9, denied: 3 },
        { name: "other", requests: 2, denied: 0 },
      ],
    });
    expect(await usage.total("a", startMs + minute, startMs + 2 * minute)).toEqual({
      requests: 3,
      denied: 3,
    });
    expect(await usage.total("a", startMs, startMs + minute)).toEqual({ requests: 8, denied: 0 });
    expect(await usage.countriesOf("a")).toMatchObject([{ name: "DE", requests: 6 }, { name: "FR" }]);
  });

  it("takes rows from the beginning of a span up to, and not including, its end", async () => {
    const { usage } = await makePlace().openKeys();
    await usage.add([-minute, 0, minute, 2 * minute].map((at) => counted({ startMs: startMs + at })));
    const scope = { keyId: "a" };
    const { buckets } = await usage.read({
      scope,
      fromMs: startMs,
      toMs: startMs + 2 * minute,
      width: "minute",
    });
    expect(buckets.map((bucket) => bucket.startMs)).toEqual([startMs, startMs + minute]);
  });

  it("sums over the keys of a tenant, a provider or an environment, and over none of the strangers'", async () => {
    const { usage, keys } = await makePlace().openKeys();
    const metadata = { restrictions: { tenant: "tenant_1" } };
    await keys.createKey({ ...keyNamed("a"), provider: "azotte", metadata }, audit);
    await keys.createKey(
      { ...keyNamed("b"), provider: "azotte", metadata, environment: "development" },
      audit,
    );
    await keys.createKey({ ...keyNamed("c"), provider: "aforo" }, audit);
    await usage.add([
      counted({ requests: 1 }),
      counted({ keyId: "b", requests: 10 }),
      counted({ keyId: "c", requests: 100 }),
      counted({ keyId: null, requests: 1000, outcome: "unknown-key" }),
    ]);
    const requestsOf = async (scope: Parameters<typeof usage.read>[0]["scope"]) =>
      sumOf((await usage.read({ scope, fromMs: 0, toMs: startMs + day, width: "day" })).buckets);
    expect(await requestsOf({ provider: "azotte", tenant: "tenant_1" })).toBe(11);
    expect(await requestsOf({ provider: "azotte", tenant: "tenant_1", environment: "production" })).toBe(1);
    expect(await requestsOf({ provider: "aforo", tenant: "tenant_1" })).toBe(0);
    expect(await requestsOf({ provider: "aforo" })).toBe(100);
    expect(await requestsOf({})).toBe(111);
    expect(await requestsOf({ keyId: null })).toBe(1000);
  });

  it("adds a count to a row that comes twice in one batch", async () => {
    const storage = await makePlace().openKeys();
    await storage.usage.add([counted(), counted({ startMs: startMs + 1 }), counted({ requests: 3 })]);
    expect((await everything(storage, "a")).outcomes).toEqual([{ name: "allowed", requests: 5, denied: 0 }]);
  });

  it("makes minutes hours and hours days when their time is over, and forgets days", async () => {
    const place = makePlace();
    place.clock.set(startMs);
    const storage = await place.openKeys();
    const { usage } = storage;
    await usage.add([counted({ requests: 2 }), counted({ startMs: startMs + 59 * minute, requests: 3 })]);
    place.clock.set(startMs + usageKeptMs.minute + minute - 1);
    expect(await rollUpAll(storage)).toBe(0);
    place.clock.advance(1);
    expect(await rollUpAll(storage)).toBe(1);
    expect((await everything(storage, "a", "minute")).buckets).toEqual([
      { startMs, requests: 2, denied: 0 },
      { startMs: startMs + 59 * minute, requests: 3, denied: 0 },
    ]);
    place.clock.set(startMs + usageKeptMs.minute + hour);
    expect(await rollUpAll(storage)).toBe(1);
    expect((await everything(storage, "a", "minute")).buckets).toEqual([{ startMs, requests: 5, denied: 0 }]);
    place.clock.set(startMs + usageKeptMs.hour + hour);
    expect(await rollUpAll(storage)).toBe(1);
    expect((await everything(storage, "a", "hour")).buckets).toEqual([{ startMs, requests: 5, denied: 0 }]);
    place.clock.set(startMs + usageKeptMs.day + day);
    expect(await rollUpAll(storage)).toBe(1);
    expect((await everything(storage, "a")).buckets).toEqual([]);
  });

  it("tells since when it counts", async () => {
    const place = makePlace();
    const openedAtMs = place.clock();
    const { usage } = await place.openKeys();
    place.clock.advance(5 * day);
    expect(await usage.countedSinceMs()).toBe(openedAtMs);
  });

  it("masks a key that stands in the name of a feature", async () => {
    const storage = await makePlace().openKeys();
    const text = `sk_live_${"a1b2".repeat(10)}`;
    await storage.usage.add([counted({ feature: `GET /v1/${text}` })]);
    expect(JSON.stringify(await everything(storage, "a"))).not.toContain(text);
  });

  it("loses nothing and counts nothing twice, whatever is added and rolled up between clock moves", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("add" as const),
        behindMs: fc.nat(hour * 30),
        keyId: fc.constantFrom("a", "b", null),
        outcome: fc.constantFrom("allowed", "rate-limited", "key-revoked"),
        country: fc.constantFrom("unknown", "DE"),
        requests: fc.integer({ min: 1, max: 1000 }),
      }),
      fc.record({ kind: fc.constant("move" as const), byMs: fc.integer({ min: -day, max: 3 * day }) }),
      fc.constant({ kind: "roll" as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const place = makePlace();
        place.clock.set(startMs);
        const storage = await place.openKeys();
        const expected = new Map<string | null, { requests: number; denied: number }>();
        for (const taken of steps) {
          if (taken.kind === "move") place.clock.set(place.clock() + taken.byMs);
          else if (taken.kind === "roll") await rollUpAll(storage);
          else {
            const { keyId, outcome, country, requests, behindMs } = taken;
            await storage.usage.add([
              counted({ keyId, outcome, country, requests, startMs: storage.now() - behindMs }),
            ]);
            const sum = expected.get(keyId) ?? { requests: 0, denied: 0 };
            sum.requests += requests;
            if (outcome !== "allowed") sum.denied += requests;
            expected.set(keyId, sum);
          }
        }
        for (const [keyId, sum] of expected) {
          const report = await everything(storage, keyId);
          for (const rows of [report.buckets, report.outcomes, report.countries, report.features]) {
            expect(sumOf(rows)).toBe(sum.requests);
            expect(rows.reduce((total, { denied }) => total + denied, 0)).toBe(sum.denied);
          }
        }
        await storage.close();
      }),
      { numRuns: 12 },
    );
  });
});
