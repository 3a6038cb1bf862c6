import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed } from "../stores.ts";

describe.each(adapters)("a change of a key on $adapter", ({ makePlace }) => {
  it("writes every field that changes, with both values, and counts the revision up", async () => {
    const storage = await makePlace().openKeys();
    const { keys } = storage;
    const bound = { restrictions: { tenant: "t1", ipRanges: ["10.0.0.0/8"] }, createRequest: "r" };
    await keys.createKey({ ...keyNamed("a"), owner: "ann", metadata: bound }, audit);
    const changed = await keys.changeKey({
      id: "a",
      changes: {
        name: "billing",
        owner: null,
        metadata: { ...bound, restrictions: { tenant: "t2" } },
        expiresAtMs: storage.now() + 1000,
      },
      audit: { action: "key.edited", actor: "ben" },
    });
    const expiresAtMs = storage.now() + 1000;
    expect(changed).toMatchObject({
      ok: true,
      isChanged: true,
      key: { name: "billing", owner: null, revision: 1, generation: 1, expiresAtMs },
    });
    const [entry] = await storage.audit.list({ isNewestFirst: true, limit: 1 });
    expect(entry).toMatchObject({
      action: "key.edited",
      actor: "ben",
      subject: "a",
      provider: "aforo",
      details: {
        revision: 1,
        changes: {
          name: { from: "the key a", to: "billing" },
          owner: { from: "ann", to: null },
          expiresAtMs: { from: null, to: expiresAtMs },
          "restrictions.tenant": { from: "t1", to: "t2" },
          "restrictions.ipRanges": { from: ["10.0.0.0/8"], to: null },
        },
      },
    });
    const ids = async (tenant: string) => (await keys.listKeys({ tenant })).keys.map(({ id }) => id);
    expect([await ids("t1"), await ids("t2")]).toEqual([[], ["a"]]);
  });

  it("that says what is so already writes nothing", async () => {
    const storage = await makePlace().openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const same = await storage.keys.changeKey({
      id: "a",
      changes: { name: "the key a", owner: null, isDisabled: false },
      audit,
    });
    expect(same).toMatchObject({ ok: true, isChanged: false, key: { revision: 0 } });
    expect(await storage.audit.list()).toHaveLength(1);
    expect(await storage.keys.changeKey({ id: "b", changes: { name: "x" }, audit })).toEqual({
      ok: false,
      reason: "not-found",
    });
  });

  it("is in every filter and count at once", async () => {
    const place = makePlace();
    const { keys } = await place.openKeys();
    for (const id of ["a", "b", "c"]) await keys.createKey(keyNamed(id), audit);
    await keys.changeKey({ id: "b", changes: { isDisabled: true, tags: ["x"] }, audit });
    const idsIn = async (state: "active" | "disabled") =>
      (await keys.listKeys({ state })).keys.map(({ id }) => id);
    expect([await idsIn("active"), await idsIn("disabled")]).toEqual([["a", "c"], ["b"]]);
    expect(await keys.countKeys({ state: "active" })).toBe(2);
    expect(await keys.countKeys({ tags: ["x"] })).toBe(1);
    expect(await keys.countKeys({ tags: ["X"] })).toBe(0);
    await keys.changeKey({ id: "a", changes: { expiresAtMs: place.clock() + 5 }, audit });
    place.clock.advance(5);
    expect((await keys.listKeys({ state: "expired" })).keys).toMatchObject([{ id: "a" }]);
  });

  it("gives a key one living successor", async () => {
    const { keys } = await makePlace().openKeys();
    await keys.createKey(keyNamed("a"), audit);
    await keys.createKey({ ...keyNamed("b"), replaces: "a" }, audit);
    await expect(keys.createKey({ ...keyNamed("c"), replaces: "a" }, audit)).rejects.toMatchObject({
      code: "STORAGE_DUPLICATE",
    });
    expect(await keys.findSuccessor("a")).toMatchObject({ id: "b", replaces: "a" });
    expect(await keys.findSuccessors(["a", "b", "nobody"])).toMatchObject([{ id: "b", replaces: "a" }]);
    await keys.revokeKey({ id: "b", audit });
    expect(await keys.findSuccessor("a")).toBeNull();
    expect([await keys.findSuccessors(["a"]), await keys.findSuccessors([])]).toEqual([[], []]);
    await keys.createKey({ ...keyNamed("c"), replaces: "a" }, audit);
  });

  it("never lets a whole key into its new texts", async () => {
    const { keys } = await makePlace().openKeys();
    await keys.createKey(keyNamed("a"), audit);
    const name = ["sk", "live", "a1B2".repeat(10)].join("_");
    await expect(keys.changeKey({ id: "a", changes: { name }, audit })).rejects.toMatchObject({
      code: "STORAGE_PLAINTEXT_KEY",
    });
  });
});
