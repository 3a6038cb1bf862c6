import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed } from "../stores.ts";

describe.each(adapters)("the audit as an order of changes on $adapter", ({ adapter, makePlace }) => {
  it("never shows an entry later before a place that was read, however many write at once", async () => {
    const place = makePlace();
    const one = await place.openKeys();
    const other = adapter === "SQLite" ? one : await place.openKeys();
    await one.keys.createKey(keyNamed("a"), audit);
    const seen: number[] = [];
    const actors: string[] = [];
    let after = 0;
    const read = async () => {
      const { sequence } = await one.audit.head();
      for (const entry of await one.audit.list({ afterSequence: after, beforeSequence: sequence + 1 })) {
        seen.push(entry.sequence);
        actors.push(entry.actor);
      }
      after = sequence;
    };
    const names = Array.from({ length: 40 }, (_, index) => `writer ${index}`);
    const writers = names.map(async (actor, index) => {
      const { keys } = index % 2 === 0 ? one : other;
      await keys.changeKey({ id: "a", changes: { name: actor }, audit: { ...audit, actor } });
    });
    for (const writer of writers) await Promise.all([writer, read()]);
    await read();
    expect(actors.toSorted()).toEqual(["ada", ...names].toSorted());
    expect(seen).toEqual(seen.map((_, index) => index + 1));
  });

  it("wakes who watches it, in every process, once an entry is durable", async () => {
    const place = makePlace();
    const one = await place.openKeys();
    const other = adapter === "SQLite" ? one : await place.openKeys();
    const heard = new Promise<number>((resolve) => {
      const stop = other.watchAudit(() => {
        stop();
        void other.audit.head().then(({ sequence }) => resolve(sequence));
      });
    });
    await one.keys.createKey(keyNamed("a"), audit);
    expect(await heard).toBe(1);
  });

  it("is read from either end, for a key, an actor and a time", async () => {
    const place = makePlace();
    const { keys, audit: log } = await place.openKeys();
    for (const id of ["a", "b"]) await keys.createKey(keyNamed(id), audit);
    place.clock.advance(1000);
    const startMs = place.clock();
    await keys.changeKey({ id: "a", changes: { name: "x" }, audit: { action: "key.edited", actor: "ben" } });
    const sequences = async (query: Parameters<typeof log.list>[0]) =>
      (await log.list(query)).map(({ sequence }) => sequence);
    expect(await sequences({ subject: "a" })).toEqual([1, 3]);
    expect(await sequences({ isNewestFirst: true, limit: 2 })).toEqual([3, 2]);
    expect(await sequences({ isNewestFirst: true, beforeSequence: 3 })).toEqual([2, 1]);
    expect(await sequences({ actor: "ben" })).toEqual([3]);
    expect(await sequences({ fromMs: startMs })).toEqual([3]);
    expect(await sequences({ toMs: startMs })).toEqual([1, 2]);
    expect(await sequences({ actions: ["key.edited", "key.revoked"] })).toEqual([3]);
  });
});
