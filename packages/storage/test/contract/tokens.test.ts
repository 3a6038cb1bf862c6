import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { adapters, audit } from "../stores.ts";

const token = { id: "t1", name: "ci", role: "responder", sha256: sha256("token"), createdAtMs: 5 } as const;
const whole = { expiresAtMs: null, limits: null };
const living = { ...whole, revokedAtMs: null, revokedBy: null };
const created = { action: "token.created", actor: "ada" } as const;
const revoked = { action: "token.revoked", actor: "grace", details: { name: "ci" } } as const;

describe.each(adapters)("tokens on $adapter", ({ makePlace }) => {
  it("are found by hash and counted", async () => {
    const storage = await makePlace().openKeys();
    expect(await storage.tokens.count()).toBe(0);
    await storage.tokens.create(token, created);
    expect(await storage.tokens.findBySha256(sha256("token"))).toEqual({ ...token, ...living });
    expect(await storage.tokens.findBySha256(sha256("other"))).toBeNull();
    await expect(storage.tokens.create({ ...token, id: "t2" }, audit)).rejects.toMatchObject({
      code: "STORAGE_DUPLICATE",
    });
    expect(await storage.tokens.count()).toBe(1);
    expect(await storage.audit.list()).toMatchObject([
      { action: "token.created", details: { tokenId: "t1", role: "responder" } },
    ]);
  });

  it("are kept in the App's storage, too, for its own API", async () => {
    const storage = await makePlace().openExposures();
    await storage.tokens.create(token, created);
    expect(await storage.tokens.findBySha256(sha256("token"))).toEqual({ ...token, ...living });
    await storage.transaction(({ tokens }) => tokens.revoke({ id: "t1", audit: revoked }));
    expect(await storage.tokens.findBySha256(sha256("token"))).toMatchObject({ revokedBy: "grace" });
  });

  it("are listed oldest first, revoked ones too", async () => {
    const { tokens } = await makePlace().openKeys();
    await tokens.create({ ...token, id: "t2", sha256: sha256("2"), createdAtMs: 9 }, created);
    await tokens.create(token, created);
    await tokens.create({ ...token, id: "t0", sha256: sha256("0"), createdAtMs: 9 }, created);
    await tokens.revoke({ id: "t1", audit: revoked });
    expect((await tokens.list()).map(({ id, revokedBy }) => [id, revokedBy])).toEqual([
      ["t1", "grace"],
      ["t0", null],
      ["t2", null],
    ]);
  });

  it("end when they are revoked, once, with an entry in the audit, also for one that was found before", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    const { tokens } = storage;
    await tokens.create(token, created);
    await tokens.findBySha256(sha256("token"));
    place.clock.advance(1000);
    const revokedAtMs = place.clock();
    const ended = { ...token, ...whole, revokedAtMs, revokedBy: "grace" };

    expect(await tokens.revoke({ id: "t1", audit: revoked })).toEqual({
      ok: true,
      outcome: "revoked",
      token: ended,
    });
    expect(await tokens.findBySha256(sha256("token"))).toEqual(ended);

    place.clock.advance(1000);
    const again = await tokens.revoke({ id: "t1", audit: { ...revoked, actor: "eve" } });
    expect(again).toEqual({ ok: true, outcome: "already-revoked", token: ended });
    const entries = await storage.audit.list();
    expect(entries).toHaveLength(2);
    expect(entries[1]).toMatchObject({
      action: "token.revoked",
      actor: "grace",
      details: { tokenId: "t1", role: "responder", name: "ci" },
    });
    expect(await storage.audit.verify()).toMatchObject({ ok: true });
  });

  it("keep their end, their limits and their latest use", async () => {
    const { tokens } = await makePlace().openKeys();
    const limits = { providers: ["aforo"], tenants: ["tenant_dev_1"] };
    await tokens.create({ ...token, expiresAtMs: 9000, limits }, created);
    expect(await tokens.findBySha256(sha256("token"))).toMatchObject({ expiresAtMs: 9000, limits });
    expect(await tokens.list()).toMatchObject([{ lastUsedAtMs: null }]);
    await tokens.touch([{ id: "t1", atMs: 700 }]);
    await tokens.touch([
      { id: "t1", atMs: 500 },
      { id: "t9", atMs: 900 },
    ]);
    expect(await tokens.list()).toMatchObject([{ id: "t1", lastUsedAtMs: 700 }]);
  });

  it("that nobody made cannot be revoked, and nothing is written", async () => {
    const storage = await makePlace().openKeys();
    expect(await storage.tokens.revoke({ id: "t1", audit: revoked })).toEqual({
      ok: false,
      reason: "not-found",
    });
    expect(await storage.audit.list()).toEqual([]);
  });

  it("stay revoked when the storage is closed and opened", async () => {
    const place = makePlace();
    const before = await place.openKeys();
    await before.tokens.create(token, created);
    await before.tokens.revoke({ id: "t1", audit: revoked });
    await before.close();
    const after = await place.openKeys();
    expect(await after.tokens.findBySha256(sha256("token"))).toMatchObject({ revokedBy: "grace" });
  });

  it("that are revoked in a transaction are as they were for others until it is over", async () => {
    const storage = await makePlace().openKeys();
    await storage.tokens.create(token, created);
    const found = () => storage.tokens.findBySha256(sha256("token"));
    await found();

    const undone = storage.transaction(async ({ tokens }) => {
      await tokens.revoke({ id: "t1", audit: revoked });
      expect(await tokens.findBySha256(sha256("token"))).toMatchObject({ revokedBy: "grace" });
      throw new Error("changed my mind");
    });
    await expect(undone).rejects.toThrow("changed my mind");
    expect(await found()).toMatchObject(living);

    await storage.transaction(({ tokens }) => tokens.revoke({ id: "t1", audit: revoked }));
    expect(await found()).toMatchObject({ revokedBy: "grace" });
  });

  it("that are looked for while they are revoked are not remembered as living", async () => {
    const storage = await makePlace().openKeys();
    await storage.tokens.create(token, created);
    const found = () => storage.tokens.findBySha256(sha256("token"));
    await Promise.all([found(), storage.tokens.revoke({ id: "t1", audit: revoked }), found()]);
    expect(await found()).toMatchObject({ revokedBy: "grace" });
  });
});
