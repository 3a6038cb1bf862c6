import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { KeyQuery, RequestRecord } from "@keywarden/storage";
import { adapters, audit, keyNamed, secretNamed } from "../stores.ts";

describe.each(adapters)("requests that may be repeated, on $adapter", ({ makePlace }) => {
  const record = (expiresAtMs: number, id = "r1"): RequestRecord => ({
    id,
    request: sha256("what was asked"),
    keyId: "a",
    generation: 2,
    sealed: "x25519.c2VhbGVk.dGV4dA",
    expiresAtMs,
  });

  it("are remembered across a restart until the moment at which they expire", async () => {
    const place = makePlace();
    const before = await place.openKeys();
    await before.keys.createKey(keyNamed("a"), audit);
    const remembered = record(place.clock() + 1000);
    await before.requests.remember(remembered);
    await before.close();
    const { requests } = await place.openKeys();
    place.clock.advance(999);
    expect(await requests.find("r1")).toEqual(remembered);
    expect(await requests.find("r2")).toBeNull();
    place.clock.advance(1);
    expect(await requests.find("r1")).toBeNull();
    place.clock.advance(-500);
    expect(await requests.find("r1")).toBeNull();
  });

  it("are removed once they have expired, so that their name is free again", async () => {
    const place = makePlace();
    const { keys, requests } = await place.openKeys();
    await keys.createKey(keyNamed("a"), audit);
    await requests.remember(record(place.clock() + 1));
    await expect(requests.remember(record(place.clock() + 9))).rejects.toMatchObject({
      code: "STORAGE_DUPLICATE",
    });
    place.clock.advance(1);
    await requests.remember({ ...record(place.clock() + 9), sealed: null });
    expect(await requests.find("r1")).toMatchObject({ sealed: null });
  });

  it("are written with what they did or not at all", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const rotate = (id: string, fails: boolean) =>
      storage.transaction(async ({ keys, requests }) => {
        await requests.remember(record(place.clock() + 9, id));
        await keys.rotateKey({ id: "a", secret: secretNamed(id), graceMs: 0, audit });
        if (fails) throw new Error("no");
      });
    await expect(rotate("r1", true)).rejects.toThrow("no");
    expect(await storage.requests.find("r1")).toBeNull();
    expect(await storage.keys.getKey("a")).toMatchObject({ generation: 1 });
    await rotate("r2", false);
    expect(await storage.requests.find("r2")).not.toBeNull();
    expect(await storage.keys.getKey("a")).toMatchObject({ generation: 2 });
    await expect(rotate("r2", false)).rejects.toMatchObject({ code: "STORAGE_DUPLICATE" });
    expect(await storage.keys.getKey("a")).toMatchObject({ generation: 2 });
  });

  it("of which many come at once do it once", async () => {
    const place = makePlace();
    const one = await place.openKeys();
    const isShared = place.options.databaseUrl !== undefined;
    const other = isShared ? await place.openKeys() : one;
    await one.keys.createKey(keyNamed("a"), audit);
    const attempts = Array.from({ length: 12 }, (_, index) =>
      (index % 2 === 0 ? one : other).transaction(async ({ keys, requests }) => {
        if ((await requests.find("r1")) !== null) return "repeated";
        await keys.rotateKey({ id: "a", secret: secretNamed(`s${index}`), graceMs: 0, audit });
        await requests.remember(record(place.clock() + 60_000));
        return "done";
      }),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(await one.keys.getKey("a")).toMatchObject({ generation: 2 });
  });
});

describe.each(adapters)("keys of tenants, on $adapter", ({ makePlace }) => {
  it("are listed apart, in pages", async () => {
    const { keys } = await makePlace().openKeys();
    const metadata = { restrictions: { tenant: "t1" } };
    await keys.createKeys(
      ["a", "b", "c"].map((id) => ({ ...keyNamed(id), metadata })),
      audit,
    );
    await keys.createKey({ ...keyNamed("d"), metadata: { restrictions: { tenant: "t2" } } }, audit);
    await keys.createKey(keyNamed("e"), audit);
    const idsOf = async (tenant: string | null) => (await keys.listKeys({ tenant })).keys.map(({ id }) => id);
    expect([await idsOf("t1"), await idsOf("t2"), await idsOf(null), await idsOf("t3")]).toEqual([
      ["a", "b", "c"],
      ["d"],
      ["e"],
      [],
    ]);
    const first = await keys.listKeys({ tenant: "t1", limit: 2 });
    const second = await keys.listKeys({ tenant: "t1", limit: 2, after: first.next });
    expect([first, second].map((page) => page.keys.map(({ id }) => id))).toEqual([["a", "b"], ["c"]]);
  });
});

describe.each(adapters)("keys that are bound to a product, on $adapter", ({ makePlace }) => {
  it("are listed apart, with what else is asked, created and imported ones alike", async () => {
    const { keys } = await makePlace().openKeys();
    const boundTo = (product: unknown) => ({ metadata: { restrictions: { product } } }) as object;
    await keys.createKeys([{ ...keyNamed("a"), ...boundTo("p1") }, keyNamed("b")], audit);
    await keys.createKey({ ...keyNamed("c"), ...boundTo("p2") }, audit);
    await keys.createKey({ ...keyNamed("d"), ...boundTo(["p1"]) }, audit);
    const { secret, ...imported } = { ...keyNamed("e"), ...boundTo("p1") };
    const times = { createdAtMs: 1, createdBy: "ada" };
    await keys.importKeys(
      [
        {
          ...imported,
          ...times,
          environment: "sandbox",
          secrets: [
            { ...secret, ...times, generation: 1, notBeforeMs: 1, validUntilMs: null, revokedAtMs: null },
          ],
          revokedAtMs: null,
          revokedBy: null,
          lastUsedAtMs: null,
          lastDeniedAtMs: null,
          trackingSinceMs: 1,
        },
      ],
      audit,
    );
    const idsOf = async (query: KeyQuery) => (await keys.listKeys(query)).keys.map(({ id }) => id);
    expect(await idsOf({ product: "p1" })).toEqual(["e", "a"]);
    expect(await idsOf({ product: "p1", environment: "production" })).toEqual(["a"]);
    expect(await idsOf({ product: "p1", provider: "aero2" })).toEqual([]);
    expect(await idsOf({ product: "p2" })).toEqual(["c"]);
  });
});
