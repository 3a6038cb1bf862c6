import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { KeyQuery, KeyStorage, KeyState } from "@keywarden/storage";
import { adapters, audit, keyNamed, secretNamed } from "../stores.ts";

describe.each(adapters)("keys on $adapter", ({ makePlace }) => {
  describe("createKey", () => {
    it("gives back everything it was told, and what it settled itself", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      const nowMs = place.clock();
      const told = {
        ...keyNamed("a"),
        owner: "grace",
        tags: ["billing", "ci"],
        permissions: ["events.write"],
        metadata: { product: "p1", nested: { list: [1, null, true] } },
        expiresAtMs: nowMs + 1000,
      };
      const made = await keys.createKey(told, audit);
      const { secret: newSecret, ...rest } = told;
      expect(made).toMatchObject({
        ...rest,
        prefix: "sk_live_",
        generation: 1,
        createdAtMs: nowMs,
        createdBy: "ada",
        trackingSinceMs: nowMs,
        lastUsedAtMs: null,
        lastDeniedAtMs: null,
        revokedAtMs: null,
        state: "active",
        graceSecret: null,
        asOfMs: nowMs,
        secret: { ...newSecret, keyId: "a", generation: 1, notBeforeMs: nowMs, state: "active" },
      });
      expect(await keys.getKey("a")).toEqual(made);
    });

    it("leaves out what was not told", async () => {
      const { keys } = await makePlace().openKeys();
      const made = await keys.createKey(keyNamed("a"), audit);
      expect(made).toMatchObject({
        owner: null,
        tags: [],
        permissions: null,
        metadata: {},
        expiresAtMs: null,
      });
    });

    it.each([
      ["id", { ...keyNamed("a"), secret: secretNamed("other") }],
      ["hash", { ...keyNamed("b"), secret: keyNamed("a").secret }],
    ])("refuses a taken %s and writes nothing, not even the audit entry", async (_, second) => {
      const storage = await makePlace().openKeys();
      await storage.keys.createKey(keyNamed("a"), audit);
      await expect(storage.keys.createKey(second, audit)).rejects.toMatchObject({
        code: "STORAGE_DUPLICATE",
      });
      expect((await storage.keys.listKeys()).keys).toHaveLength(1);
      expect((await storage.audit.head()).sequence).toBe(1);
    });

    it("refuses a hash that is not one", async () => {
      const { keys } = await makePlace().openKeys();
      const bad = { ...keyNamed("a"), secret: { ...secretNamed("x"), sha256: "abc" } };
      await expect(keys.createKey(bad, audit)).rejects.toMatchObject({ code: "STORAGE_BAD_VALUE" });
    });

    it("writes the audit entry with the key's id and provider", async () => {
      const storage = await makePlace().openKeys();
      await storage.keys.createKey(keyNamed("a"), {
        action: "key.created",
        actor: "ada",
        details: { via: "api" },
      });
      expect(await storage.audit.list()).toMatchObject([
        {
          action: "key.created",
          actor: "ada",
          subject: "a",
          provider: "aforo",
          details: { via: "api", generation: 1 },
        },
      ]);
    });
  });

  describe("findBySha256", () => {
    it("finds nothing for a hash that was never issued", async () => {
      const { keys } = await makePlace().openKeys();
      expect(await keys.findBySha256(sha256("never"))).toBeNull();
    });

    it("is answered while a transaction is under way, from what is committed", async () => {
      const storage = await makePlace().openKeys();
      const hash = keyNamed("a").secret.sha256;
      // The first read writes the time down, which does wait for a transaction.
      expect(await storage.keys.findBySha256(hash)).toBeNull();
      await storage.transaction(async ({ keys }) => {
        await keys.createKey(keyNamed("a"), audit);
        expect(await keys.findBySha256(hash)).toMatchObject({ key: { id: "a" } });
        expect(await storage.keys.findBySha256(hash)).toBeNull();
      });
      expect(await storage.keys.findBySha256(hash)).toMatchObject({ key: { id: "a" } });
    });

    it("cannot be asked of a storage that is closed", async () => {
      const storage = await makePlace().openKeys();
      await storage.keys.findBySha256(sha256("never"));
      await storage.close();
      await expect(storage.keys.findBySha256(sha256("never"))).rejects.toMatchObject({
        code: "STORAGE_CLOSED",
      });
    });

    it("knows current, replaced and revoked secrets for ever", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      await keys.createKey(keyNamed("a"), audit);
      await keys.rotateKey({ id: "a", secret: secretNamed("a#2"), graceMs: 1000, audit });
      const stateOf = async (name: string) => (await keys.findBySha256(sha256(name)))?.secret.state;
      expect(await stateOf("a#2")).toBe("active");
      expect(await stateOf("a#1")).toBe("grace");
      place.clock.advance(1000);
      expect(await stateOf("a#1")).toBe("ended");
      await keys.rotateKey({ id: "a", secret: secretNamed("a#3"), graceMs: 0, audit });
      expect(await stateOf("a#1")).toBe("ended");
      await keys.revokeKey({ id: "a", audit });
      expect(await Promise.all(["a#1", "a#2", "a#3"].map(stateOf))).toEqual([
        "revoked",
        "revoked",
        "revoked",
      ]);
      expect((await keys.findBySha256(sha256("a#1")))?.key).toMatchObject({ id: "a", state: "revoked" });
    });
  });

  describe("listKeys", () => {
    it("pages through every key once, oldest first, also those that share a moment", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      const ids = ["m", "c", "x", "a", "b", "q", "d"];
      for (const [index, id] of ids.entries()) {
        await keys.createKey(keyNamed(id), audit);
        if (index % 3 === 2) place.clock.advance(1);
      }
      const seen: string[] = [];
      let after: KeyQuery["after"] = null;
      do {
        const page = await keys.listKeys({ limit: 2, after });
        seen.push(...page.keys.map((key) => key.id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(["c", "m", "x", "a", "b", "q", "d"]);
    });

    it("ends exactly at the last key when it fills the page", async () => {
      const { keys } = await makePlace().openKeys();
      for (const id of ["a", "b"]) await keys.createKey(keyNamed(id), audit);
      expect((await keys.listKeys({ limit: 2 })).next).toBeNull();
      expect((await keys.listKeys({ limit: 1 })).next).toMatchObject({ id: "a" });
    });

    it("meets a key that is created while a caller pages", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      for (const id of ["a", "b"]) await keys.createKey(keyNamed(id), audit);
      const first = await keys.listKeys({ limit: 1 });
      place.clock.advance(1);
      await keys.createKey(keyNamed("0"), audit);
      const rest = await keys.listKeys({ after: first.next });
      expect(rest.keys.map((key) => key.id)).toEqual(["b", "0"]);
    });

    it("filters by provider, kind and environment", async () => {
      const { keys } = await makePlace().openKeys();
      await keys.createKey(keyNamed("a"), audit);
      await keys.createKey({ ...keyNamed("b"), provider: "aero2" }, audit);
      await keys.createKey({ ...keyNamed("c"), kind: "restricted" }, audit);
      await keys.createKey({ ...keyNamed("d"), environment: "sandbox" }, audit);
      const idsOf = async (query: KeyQuery) => (await keys.listKeys(query)).keys.map((key) => key.id);
      expect(await idsOf({ provider: "aero2" })).toEqual(["b"]);
      expect(await idsOf({ kind: "restricted" })).toEqual(["c"]);
      expect(await idsOf({ environment: "sandbox", provider: "aforo" })).toEqual(["d"]);
    });

    it("filters by the state that the keys have at that moment", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      const soonMs = place.clock() + 1000;
      await keys.createKey(keyNamed("plain"), audit);
      await keys.createKey({ ...keyNamed("expiring"), expiresAtMs: soonMs }, audit);
      const limited = { ...secretNamed("limited"), validUntilMs: soonMs };
      await keys.createKey({ ...keyNamed("limited"), secret: limited }, audit);
      await keys.createKey({ ...keyNamed("revoked"), expiresAtMs: soonMs }, audit);
      await keys.revokeKey({ id: "revoked", audit });
      const ids = async (state: KeyState) => (await keys.listKeys({ state })).keys.map((key) => key.id);
      expect(await ids("active")).toEqual(["expiring", "limited", "plain"]);
      expect(await ids("expired")).toEqual([]);
      place.clock.set(soonMs);
      expect(await ids("active")).toEqual(["plain"]);
      expect(await ids("expired")).toEqual(["expiring", "limited"]);
      expect(await ids("revoked")).toEqual(["revoked"]);
      for (const state of ["active", "expired", "revoked"] as const)
        for (const key of (await keys.listKeys({ state })).keys) expect(key.state).toBe(state);
    });

    it("counts a key by its new secret's end once it is rotated", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      const soonMs = place.clock() + 1000;
      const limited = { ...secretNamed("a#1"), validUntilMs: soonMs };
      await keys.createKey({ ...keyNamed("a"), secret: limited }, audit);
      await keys.createKey(keyNamed("b"), audit);
      await keys.rotateKey({ id: "a", secret: secretNamed("a#2"), graceMs: 0, audit });
      const next = { ...secretNamed("b#2"), validUntilMs: soonMs };
      await keys.rotateKey({ id: "b", secret: next, graceMs: 0, audit });
      place.clock.set(soonMs);
      expect((await keys.listKeys({ state: "active" })).keys).toMatchObject([{ id: "a", state: "active" }]);
      expect((await keys.listKeys({ state: "expired" })).keys).toMatchObject([{ id: "b", state: "expired" }]);
    });

    it.each([0, 1001, 1.5, Number.NaN])("refuses a page of %d", async (limit) => {
      const { keys } = await makePlace().openKeys();
      await expect(keys.listKeys({ limit })).rejects.toMatchObject({ code: "STORAGE_BAD_VALUE" });
    });
  });

  describe("revokeKey", () => {
    it("ends the key and both its live secrets, once", async () => {
      const place = makePlace();
      const storage = await place.openKeys();
      const { keys } = storage;
      await keys.createKey(keyNamed("a"), audit);
      await keys.rotateKey({ id: "a", secret: secretNamed("a#2"), graceMs: 1000, audit });
      const revokedAtMs = place.clock();
      const first = await keys.revokeKey({ id: "a", audit: { action: "key.revoked", actor: "bob" } });
      expect(first).toMatchObject({
        ok: true,
        outcome: "revoked",
        key: { state: "revoked", revokedBy: "bob", revokedAtMs },
      });
      expect((await keys.listSecrets("a")).map((secret) => secret.state)).toEqual(["revoked", "revoked"]);
      const entries = (await storage.audit.head()).sequence;
      place.clock.advance(5000);
      const second = await keys.revokeKey({ id: "a", audit: { action: "key.revoked", actor: "eve" } });
      expect(second).toMatchObject({
        ok: true,
        outcome: "already-revoked",
        key: { revokedBy: "bob", revokedAtMs },
      });
      expect((await storage.audit.head()).sequence).toBe(entries);
    });

    it("revokes an expired key too, and answers for unknown keys and stale generations", async () => {
      const place = makePlace();
      const { keys } = await place.openKeys();
      await keys.createKey({ ...keyNamed("a"), expiresAtMs: place.clock() }, audit);
      expect(await keys.revokeKey({ id: "none", audit })).toEqual({ ok: false, reason: "not-found" });
      expect(await keys.revokeKey({ id: "a", expectedGeneration: 2, audit })).toEqual({
        ok: false,
        reason: "generation",
        current: { generation: 1, rotatedBy: "ada", rotatedAtMs: place.clock() },
      });
      expect(await keys.revokeKey({ id: "a", expectedGeneration: 1, audit })).toMatchObject({
        outcome: "revoked",
      });
    });
  });

  describe("touchLastUsed", () => {
    it("moves forward and never back, and passes over keys that it does not know", async () => {
      const { keys } = await makePlace().openKeys();
      await keys.createKey(keyNamed("a"), audit);
      await keys.touchLastUsed([
        { keyId: "a", lastUsedAtMs: 50, lastDeniedAtMs: 7 },
        { keyId: "none", lastUsedAtMs: 60 },
        { keyId: "a", lastUsedAtMs: 40 },
      ]);
      expect(await keys.getKey("a")).toMatchObject({ lastUsedAtMs: 50, lastDeniedAtMs: 7 });
      await keys.touchLastUsed([{ keyId: "a", lastUsedAtMs: 51, lastDeniedAtMs: 6 }]);
      await keys.touchLastUsed([]);
      expect(await keys.getKey("a")).toMatchObject({ lastUsedAtMs: 51, lastDeniedAtMs: 7 });
    });

    it("takes more keys than one transaction of it has, each once and in any order", async () => {
      const { keys } = await makePlace().openKeys();
      const ids = Array.from({ length: 1100 }, (_, index) => `k${index}`);
      await keys.createKeys(ids.map(keyNamed), audit);
      await keys.touchLastUsed(ids.map((keyId, index) => ({ keyId, lastUsedAtMs: 1000 + index })));
      await keys.touchLastUsed(
        ids.toReversed().map((keyId) => ({ keyId, lastDeniedAtMs: 7, lastUsedAtMs: 1500 })),
      );
      for (const index of [0, 499, 500, 501, 511, 512, 1024, 1099])
        expect(await keys.getKey(`k${index}`)).toMatchObject({
          lastUsedAtMs: Math.max(1000 + index, 1500),
          lastDeniedAtMs: 7,
        });
    });
  });

  it("has everything again after it is closed and opened", async () => {
    const place = makePlace();
    const before = await place.openKeys();
    await before.keys.createKey(keyNamed("a"), audit);
    await before.keys.rotateKey({ id: "a", secret: secretNamed("a#2"), graceMs: 1000, audit });
    const key = await before.keys.getKey("a");
    await before.close();
    await expect(before.keys.getKey("a")).rejects.toMatchObject({ code: "STORAGE_CLOSED" });
    const after: KeyStorage = await place.openKeys();
    expect(await after.keys.getKey("a")).toEqual(key);
    expect(await after.keys.listSecrets("none")).toEqual([]);
  });
});
