import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { adapters, secretNamed } from "../stores.ts";

const ann = { id: sha256("ann's cookie"), holder: { subject: "ann" } } as const;
const everything = { beganFromMs: 0, seenFromMs: 0, most: 10 } as const;

describe.each(adapters)("the console's sessions on $adapter", ({ adapter, makePlace }) => {
  it("are found by the hash of the cookie with what became of them, until they end", async () => {
    const place = makePlace();
    const { consoleSessions } = await place.openKeys();
    await consoleSessions.begin(ann, everything);
    const beganAtMs = place.clock();
    const begun = { ...ann, beganAtMs, seenAtMs: beganAtMs, unlockedUntilMs: 0 };
    expect(await consoleSessions.find(ann.id)).toEqual(begun);
    await consoleSessions.touch(ann.id, beganAtMs + 7);
    await consoleSessions.touch(ann.id, beganAtMs + 3);
    await consoleSessions.unlock(ann.id, beganAtMs + 9);
    const seen = { ...begun, seenAtMs: beganAtMs + 7, unlockedUntilMs: beganAtMs + 9 };
    expect(await consoleSessions.find(ann.id)).toEqual(seen);
    expect(await consoleSessions.list()).toEqual([seen]);
    expect([await consoleSessions.end(ann.id), await consoleSessions.end(ann.id)]).toEqual([true, false]);
    expect(await consoleSessions.find(ann.id)).toBeNull();
  });

  it("make room for new ones: what is too old goes, and the oldest of too many", async () => {
    const place = makePlace();
    const { consoleSessions } = await place.openKeys();
    const ids: string[] = [];
    for (const name of ["idle", "a", "b", "c"]) {
      place.clock.advance(1000);
      const seenFromMs = name === "a" ? place.clock() : 0;
      ids.push(sha256(name));
      await consoleSessions.begin(
        { id: sha256(name), holder: { name } },
        { ...everything, seenFromMs, most: 2 },
      );
    }
    expect((await consoleSessions.list()).map(({ holder }) => holder["name"])).toEqual(["c", "b"]);
    expect(await consoleSessions.find(ids[0] ?? "")).toBeNull();
  });

  it("survive the process, and never hold a whole key", async () => {
    const place = makePlace();
    const first = await place.openKeys();
    await first.consoleSessions.begin(ann, everything);
    const text = ["sk", "live", "a".repeat(40)].join("_");
    const hostile = { id: secretNamed("x").sha256, holder: { name: `I am ${text}` } };
    await expect(first.consoleSessions.begin(hostile, everything)).rejects.toMatchObject({
      code: "STORAGE_PLAINTEXT_KEY",
    });
    await first.close();
    expect(await (await place.openKeys()).consoleSessions.find(ann.id)).toMatchObject(ann);
  });

  it.runIf(adapter === "PostgreSQL")("are begun by one process and ended by another at once", async () => {
    const place = makePlace();
    const [one, other] = [await place.openKeys(), await place.openKeys()];
    await one.consoleSessions.begin(ann, everything);
    expect(await other.consoleSessions.find(ann.id)).toMatchObject(ann);
    await other.consoleSessions.end(ann.id);
    expect(await one.consoleSessions.find(ann.id)).toBeNull();
  });
});

describe.each(adapters)("codes that count once on $adapter", ({ makePlace }) => {
  const code = (name: string, expiresAtMs: number) => ({
    id: sha256(name),
    payload: { name },
    expiresAtMs,
  });

  it("are taken once, and not after their time", async () => {
    const place = makePlace();
    const { oneTimeCodes } = await place.openKeys();
    const untilMs = place.clock() + 1000;
    expect(await oneTimeCodes.put(code("a", untilMs))).toBe(true);
    expect(await oneTimeCodes.put({ ...code("a", untilMs), payload: { name: "forged" } })).toBe(false);
    expect(await oneTimeCodes.take(sha256("a"))).toEqual({ name: "a" });
    expect(await oneTimeCodes.take(sha256("a"))).toBeNull();
    await oneTimeCodes.put(code("late", untilMs));
    place.clock.advance(1000);
    expect(await oneTimeCodes.take(sha256("late"))).toBeNull();
    await oneTimeCodes.put(code("late again", place.clock() + 1));
    place.clock.advance(1);
    expect(await oneTimeCodes.put(code("late again", place.clock() + 1000))).toBe(true);
  });

  it("are given to one of many who ask at the same moment", async () => {
    const place = makePlace();
    const { oneTimeCodes } = await place.openKeys();
    await oneTimeCodes.put(code("wanted", place.clock() + 1000));
    const taken = await Promise.all(Array.from({ length: 20 }, () => oneTimeCodes.take(sha256("wanted"))));
    expect(taken.filter((one) => one !== null)).toEqual([{ name: "wanted" }]);
  });
});
