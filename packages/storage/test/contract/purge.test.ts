import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed } from "../stores.ts";

const purging = { action: "key.purged", actor: "policy" };

describe.each(adapters)("purged keys on $adapter", ({ makePlace }) => {
  it("are gone with all that is known of them, while their audit and their hashes stay", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    const { keys, rotations } = storage;
    for (const name of ["old", "kept", "live", "held"]) await keys.createKey(keyNamed(name), audit);
    const second = { sha256: sha256("second"), prefix: "sk_live_", lastFour: "0000" };
    await keys.rotateKey({ id: "old", secret: second, graceMs: 1000, audit });
    const open = { id: "r1", keyId: "held", sinks: ["env"], leaseUntilMs: storage.now() + 1000 };
    await rotations.begin(open, { action: "rotation.begun", actor: "ann" });
    for (const id of ["old", "held"]) await keys.revokeKey({ id, audit });
    place.clock.advance(10_000);
    const boundaryMs = storage.now();
    await keys.revokeKey({ id: "kept", audit });
    const before = await storage.audit.list();

    const purge = { revokedBeforeMs: boundaryMs, limit: 100, audit: purging };
    expect(await keys.purgeKeys(purge)).toEqual(["old"]);
    expect(await keys.purgeKeys(purge)).toEqual([]);

    expect(await keys.getKey("old")).toBeNull();
    expect(await keys.getKey("kept")).toMatchObject({ state: "revoked" });
    const entries = await storage.audit.list();
    expect(entries.slice(0, before.length)).toEqual(before);
    expect(entries.find(({ action }) => action === "key.purged")).toMatchObject({
      subject: "old",
      provider: "aforo",
      details: { kind: "secret", environment: "production" },
    });
    expect(await storage.audit.verify()).toMatchObject({ ok: true });
    for (const hash of [keyNamed("old").secret.sha256, second.sha256]) {
      expect(await keys.findBySha256(hash)).toBeNull();
      expect(await keys.findPurged(hash)).toMatchObject({ keyId: "old", provider: "aforo" });
    }
    expect(await keys.findPurged(keyNamed("live").secret.sha256)).toBeNull();
    const again = keys.createKey({ ...keyNamed("new"), secret: second }, audit);
    await expect(again).rejects.toMatchObject({ code: "STORAGE_DUPLICATE" });
  });

  it("go as many at a time as was said, those revoked longest ago first", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    const { keys } = storage;
    for (const id of ["a", "b", "c"]) {
      await keys.createKey(keyNamed(id), audit);
      await keys.revokeKey({ id, audit });
      place.clock.advance(10);
    }
    const purge = { revokedBeforeMs: storage.now(), limit: 2, audit: purging };
    expect(await keys.purgeKeys(purge)).toEqual(["a", "b"]);
    expect(await keys.purgeKeys(purge)).toEqual(["c"]);
  });
});
