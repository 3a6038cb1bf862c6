import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { isLiveSecret, keyState, secretState } from "@keywarden/storage";
import { adapters, audit, keyNamed, secretNamed } from "../stores.ts";

describe.each(adapters)("time on $adapter", ({ makePlace }) => {
  it("never runs backwards, so a clock set back revives nothing", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey({ ...keyNamed("a"), expiresAtMs: place.clock() + 1000 }, audit);
    await storage.keys.createKey(keyNamed("b"), audit);
    await storage.keys.rotateKey({ id: "b", secret: secretNamed("b#2"), graceMs: 1000, audit });
    place.clock.advance(1000);
    expect(await storage.keys.getKey("a")).toMatchObject({ state: "expired" });
    place.clock.advance(-900);
    expect(storage.behindMs()).toBe(900);
    expect(await storage.keys.getKey("a")).toMatchObject({ state: "expired" });
    expect(await storage.keys.findBySha256(sha256("b#1"))).toMatchObject({ secret: { state: "ended" } });
    expect((await storage.keys.listKeys({ state: "active" })).keys).toHaveLength(1);
  });

  it("is remembered by a read alone, across a restart with the clock set back", async () => {
    const place = makePlace();
    const before = await place.openKeys();
    await before.keys.createKey({ ...keyNamed("a"), expiresAtMs: place.clock() + 5000 }, audit);
    place.clock.advance(5000);
    await before.keys.findBySha256(sha256("anything"));
    await before.close();
    place.clock.advance(-60_000);
    const after = await place.openKeys();
    expect(await after.keys.getKey("a")).toMatchObject({ state: "expired" });
    expect(after.behindMs()).toBe(60_000);
    place.clock.advance(60_001);
    expect(after.now()).toBe(place.clock());
    expect(after.behindMs()).toBe(0);
  });

  it("stamps the audit and new keys", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    const highestMs = storage.now();
    place.clock.advance(-5000);
    expect(await storage.keys.createKey(keyNamed("a"), audit)).toMatchObject({ createdAtMs: highestMs });
    expect(await storage.audit.list()).toMatchObject([{ atMs: highestMs }]);
  });

  it("comes in whole milliseconds even from a clock with fractions", async () => {
    const storage = await makePlace().openKeys(() => 1234.567);
    expect(storage.now()).toBe(1234);
    expect(await storage.keys.createKey(keyNamed("a"), audit)).toMatchObject({ createdAtMs: 1234 });
  });
});

describe("states", () => {
  const key = { generation: 2, expiresAtMs: null, revokedAtMs: null, disabledAtMs: null };
  const secret = { generation: 2, notBeforeMs: 0, validUntilMs: null, revokedAtMs: null };

  it.each([
    ["active", key, secret],
    ["pending", key, { ...secret, notBeforeMs: 101 }],
    ["active", key, { ...secret, notBeforeMs: 100 }],
    ["active", key, { ...secret, validUntilMs: 101 }],
    ["expired", key, { ...secret, validUntilMs: 100 }],
    ["grace", key, { ...secret, generation: 1, validUntilMs: 101 }],
    ["ended", key, { ...secret, generation: 1, validUntilMs: 100 }],
    ["active", { ...key, expiresAtMs: 101 }, secret],
    ["expired", { ...key, expiresAtMs: 100 }, secret],
    ["expired", { ...key, expiresAtMs: 100 }, { ...secret, generation: 1, validUntilMs: 101 }],
    ["disabled", { ...key, disabledAtMs: 99 }, secret],
    ["disabled", { ...key, disabledAtMs: 99 }, { ...secret, generation: 1, validUntilMs: 101 }],
    ["ended", { ...key, disabledAtMs: 99 }, { ...secret, generation: 1, validUntilMs: 100 }],
    ["expired", { ...key, disabledAtMs: 99, expiresAtMs: 100 }, secret],
    ["revoked", { ...key, revokedAtMs: 99, expiresAtMs: 50 }, secret],
    ["revoked", key, { ...secret, revokedAtMs: 99 }],
  ] as const)("of a secret: %s", (state, ofKey, ofSecret) => {
    expect(secretState(ofKey, ofSecret, 100)).toBe(state);
    expect(isLiveSecret(state)).toBe(state === "active" || state === "grace");
  });

  it("of a key follow its own times and its current secret's", () => {
    expect(keyState(key, secret, 100)).toBe("active");
    expect(keyState({ ...key, expiresAtMs: 100 }, secret, 100)).toBe("expired");
    expect(keyState(key, { ...secret, validUntilMs: 100 }, 100)).toBe("expired");
    expect(keyState({ ...key, disabledAtMs: 1 }, secret, 100)).toBe("disabled");
    expect(keyState({ ...key, disabledAtMs: 1, expiresAtMs: 100 }, secret, 100)).toBe("expired");
    expect(keyState({ ...key, revokedAtMs: 1, expiresAtMs: 100 }, secret, 100)).toBe("revoked");
  });
});
