import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed, secretNamed } from "../stores.ts";

describe.each(adapters)("rotation on $adapter", ({ makePlace }) => {
  async function open() {
    const place = makePlace();
    const storage = await place.openKeys();
    const rotate = (id: string, name: string, graceMs: number, expectedGeneration?: number) =>
      storage.keys.rotateKey({
        id,
        secret: secretNamed(name),
        graceMs,
        audit: { action: "key.rotated", actor: `${name}'s operator` },
        ...(expectedGeneration === undefined ? {} : { expectedGeneration }),
      });
    const stateOf = async (name: string) => (await storage.keys.findBySha256(sha256(name)))?.secret.state;
    return { ...place, storage, keys: storage.keys, rotate, stateOf };
  }

  it.each([
    [-1, "grace"],
    [0, "ended"],
    [1, "ended"],
  ])(
    "lets the old secret work until the grace period ends, to the millisecond (%d ms: %s)",
    async (offset, state) => {
      const { keys, clock, rotate, stateOf } = await open();
      await keys.createKey(keyNamed("a"), audit);
      const rotated = await rotate("a", "a#2", 300_000);
      expect(rotated).toMatchObject({
        ok: true,
        key: { generation: 2 },
        previous: { generation: 1, state: "grace" },
      });
      clock.advance(300_000 + offset);
      expect(await stateOf("a#1")).toBe(state);
      expect(await stateOf("a#2")).toBe("active");
      expect(((await keys.getKey("a"))?.graceSecret ?? null) === null).toBe(state === "ended");
    },
  );

  it("ends the old secret at once without a grace period", async () => {
    const { keys, rotate, stateOf } = await open();
    await keys.createKey(keyNamed("a"), audit);
    expect(await rotate("a", "a#2", 0)).toMatchObject({
      ok: true,
      previous: { state: "ended" },
      key: { graceSecret: null },
    });
    expect(await stateOf("a#1")).toBe("ended");
  });

  it("never gives the old secret longer than the key or the secret had anyway", async () => {
    const { keys, clock, rotate } = await open();
    const soonMs = clock() + 10;
    await keys.createKey({ ...keyNamed("a"), expiresAtMs: soonMs }, audit);
    await keys.createKey(
      { ...keyNamed("b"), secret: { ...secretNamed("b#1"), validUntilMs: soonMs } },
      audit,
    );
    expect(await rotate("a", "a#2", 1000)).toMatchObject({ previous: { validUntilMs: soonMs } });
    expect(await rotate("b", "b#2", 1000)).toMatchObject({
      previous: { validUntilMs: soonMs },
      key: { secret: { validUntilMs: null } },
    });
  });

  it("keeps at most two secrets alive and never extends a grace period that runs", async () => {
    const { keys, clock, rotate, stateOf } = await open();
    await keys.createKey(keyNamed("a"), audit);
    await rotate("a", "a#2", 1000);
    clock.advance(10);
    await rotate("a", "a#3", 5000);
    expect(await Promise.all(["a#1", "a#2", "a#3"].map(stateOf))).toEqual(["ended", "grace", "active"]);
    const [, , first] = await keys.listSecrets("a");
    expect(first?.validUntilMs).toBe(clock());
  });

  it("keeps an older secret's recorded end when its grace period was over by itself", async () => {
    const { keys, clock, rotate } = await open();
    await keys.createKey(keyNamed("a"), audit);
    const endMs = clock() + 1000;
    await rotate("a", "a#2", 1000);
    clock.advance(50_000);
    await rotate("a", "a#3", 1000);
    expect((await keys.listSecrets("a")).at(-1)?.validUntilMs).toBe(endMs);
  });

  it("lets one of two operators win, and tells the other who and when", async () => {
    const { keys, clock, storage, rotate } = await open();
    await keys.createKey(keyNamed("a"), audit);
    const [one, two] = await Promise.all([rotate("a", "one", 0, 1), rotate("a", "two", 0, 1)]);
    expect(one).toMatchObject({ ok: true });
    expect(two).toEqual({
      ok: false,
      reason: "generation",
      current: { generation: 2, rotatedBy: "one's operator", rotatedAtMs: clock() },
    });
    expect(await keys.findBySha256(sha256("two"))).toBeNull();
    expect(await storage.audit.list({ action: "key.rotated" })).toHaveLength(1);
  });

  it("refuses keys that are revoked, expired or unknown, and revives none", async () => {
    const { keys, clock, storage, rotate } = await open();
    await keys.createKey(keyNamed("revoked"), audit);
    await keys.createKey({ ...keyNamed("expired"), expiresAtMs: clock() + 1 }, audit);
    await keys.createKey(
      { ...keyNamed("limited"), secret: { ...secretNamed("limited"), validUntilMs: clock() + 1 } },
      audit,
    );
    await keys.revokeKey({ id: "revoked", audit });
    clock.advance(1);
    const { sequence } = await storage.audit.head();
    expect(await rotate("revoked", "x", 1000)).toEqual({ ok: false, reason: "revoked" });
    expect(await rotate("expired", "x", 1000)).toEqual({ ok: false, reason: "expired" });
    expect(await rotate("limited", "x", 1000)).toEqual({ ok: false, reason: "expired" });
    expect(await rotate("none", "x", 1000)).toEqual({ ok: false, reason: "not-found" });
    expect(await storage.audit.head()).toMatchObject({ sequence });
    expect(await keys.findBySha256(sha256("x"))).toBeNull();
  });

  it("undoes everything when the new hash is taken", async () => {
    const { keys, rotate, stateOf } = await open();
    await keys.createKey(keyNamed("a"), audit);
    await keys.createKey(keyNamed("b"), audit);
    await expect(rotate("a", "b#1", 0)).rejects.toMatchObject({ code: "STORAGE_DUPLICATE" });
    expect(await stateOf("a#1")).toBe("active");
    expect(await keys.getKey("a")).toMatchObject({ generation: 1 });
  });

  it.each([-1, 0.5, Number.NaN, Infinity])("refuses a grace period of %d ms", async (graceMs) => {
    const { keys, rotate } = await open();
    await keys.createKey(keyNamed("a"), audit);
    await expect(rotate("a", "a#2", graceMs)).rejects.toMatchObject({ code: "STORAGE_BAD_VALUE" });
  });

  it("keeps what belongs to the key: name, owner, tags and limits", async () => {
    const { keys, rotate } = await open();
    const before = await keys.createKey(
      { ...keyNamed("a"), owner: "grace", tags: ["t"], permissions: ["p"], metadata: { m: 1 } },
      audit,
    );
    await rotate("a", "a#2", 5);
    const { id, name, owner, tags, permissions, metadata, createdAtMs, trackingSinceMs } = before;
    expect(await keys.getKey("a")).toMatchObject({
      id,
      name,
      owner,
      tags,
      permissions,
      metadata,
      createdAtMs,
      trackingSinceMs,
    });
  });

  it("records the generation and the old secret's end in the audit", async () => {
    const { keys, clock, storage, rotate } = await open();
    await keys.createKey(keyNamed("a"), audit);
    await rotate("a", "a#2", 300_000);
    expect(await storage.audit.list({ subject: "a", action: "key.rotated" })).toMatchObject([
      { details: { generation: 2, previousValidUntilMs: clock() + 300_000 } },
    ]);
  });
});
