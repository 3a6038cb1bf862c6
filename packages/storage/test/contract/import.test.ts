import { aforo } from "@keywarden/key-format";
import { makeKey, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed } from "../stores.ts";

describe.each(adapters)("createKeys on $adapter", ({ makePlace }) => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => keyNamed(`k${index}`));
  const imported = { action: "key.imported", actor: "ada", details: { from: "vault" } };

  it("stores more than a statement holds, each key with its own audit entry and a chain that verifies", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    await storage.audit.append(audit);
    await storage.keys.createKeys(many(1203), imported);
    expect(await storage.audit.verify()).toMatchObject({ ok: true, entries: 1204 });
    expect(await storage.audit.list({ subject: "k1202" })).toMatchObject([
      { action: "key.imported", provider: "aforo", details: { from: "vault", generation: 1 } },
    ]);
    expect(await storage.keys.findBySha256(sha256("k777#1"))).toMatchObject({
      key: { id: "k777", createdBy: "ada" },
    });
  });

  it("stores the same as one by one", async () => {
    const place = makePlace();
    const { keys } = await place.openKeys();
    const full = {
      owner: "grace",
      tags: ["t"],
      permissions: ["p"],
      metadata: { m: 1 },
      expiresAtMs: place.clock() + 9,
    };
    const one = await keys.createKey({ ...keyNamed("one"), ...full }, audit);
    await keys.createKeys([{ ...keyNamed("two"), ...full }], audit);
    const { secret, ...two } = (await keys.getKey("two")) ?? one;
    expect({ ...two, id: "one", name: one.name }).toEqual({ ...one, secret: undefined });
    expect(secret).toMatchObject({ keyId: "two", generation: 1, state: "active" });
  });

  it.each([
    ["an id that is taken", { ...keyNamed("new"), id: "old" }],
    ["a hash that is taken", { ...keyNamed("new"), secret: keyNamed("old").secret }],
    ["a key that comes twice", keyNamed("k3")],
  ])("stores nothing at all because of %s", async (_, bad) => {
    const storage = await makePlace().openKeys();
    await storage.keys.createKey(keyNamed("old"), audit);
    await expect(storage.keys.createKeys([...many(600), bad], imported)).rejects.toMatchObject({
      code: "STORAGE_DUPLICATE",
    });
    expect((await storage.keys.listKeys()).keys).toHaveLength(1);
    expect(await storage.audit.verify()).toMatchObject({ ok: true, entries: 1 });
  });

  it("stores nothing because of one whole key in a name, and nothing when there is nothing", async () => {
    const storage = await makePlace().openKeys();
    const name = makeKey(aforo, { kind: "secret", environment: "production" }).reveal();
    await expect(
      storage.keys.createKeys([...many(3), { ...keyNamed("x"), name }], imported),
    ).rejects.toMatchObject({ code: "STORAGE_PLAINTEXT_KEY" });
    await storage.keys.createKeys([], imported);
    expect(await storage.audit.head()).toMatchObject({ sequence: 0 });
  });
});
