import { makeDatabaseWay, sha256 } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  audit,
  keyNamed,
  makePostgresPlace,
  makeSqlitePlace,
  postgresIsMissing,
  postgresNote,
} from "./stores.ts";
import { openKeyStorage } from "@keywarden/storage";
import { settledAfterMs, stalenessMs } from "../src/sql/change-feed.ts";

const revocation = (id: string) => ({ id, audit: { action: "key.revoked", actor: "ann" } });

describe("a database of one process", () => {
  it("is always known", async () => {
    const { feed } = await makeSqlitePlace().openKeys();
    expect(feed.isCurrent()).toBe(true);
    expect(await feed.becomesCurrent()).toBe(true);
    await feed.settled();
  });
});

describe.skipIf(postgresIsMissing)(`what other processes change in a PostgreSQL${postgresNote}`, () => {
  async function openBoth() {
    const place = makePostgresPlace();
    const writer = await place.openKeys();
    const way = await makeDatabaseWay(place.databaseUrl);
    onTestFinished(() => way[Symbol.asyncDispose]());
    const reader = await openKeyStorage({ ...place.options, databaseUrl: way.url });
    onTestFinished(() => reader.close());
    const heard: (string | null)[] = [];
    reader.feed.watch((keyId) => heard.push(keyId));
    const isCurrent = async () => {
      await expect.poll(() => reader.feed.isCurrent()).toBe(true);
    };
    return { place, writer, way, reader, heard, isCurrent };
  }

  it("is told by key before anybody may rely on it, and not to the process that did it", async () => {
    const { writer, reader, heard, isCurrent } = await openBoth();
    const own: (string | null)[] = [];
    writer.feed.watch((keyId) => own.push(keyId));
    for (let count = 0; count < 8; count += 1) {
      const id = `k${count}`;
      await writer.keys.createKey(keyNamed(id), audit);
      await isCurrent();
      await writer.keys.revokeKey(revocation(id));
      await writer.feed.settled();
      // Either it was told, or what was read before is not used.
      expect(heard.includes(id) || !reader.feed.isCurrent()).toBe(true);
    }
    await expect.poll(() => new Set(heard).size).toBe(8);
    expect(own).toEqual([]);
    expect(settledAfterMs).toBeGreaterThan(stalenessMs);
  });

  it("is unknown while the connection is silent, and told in full once it speaks again", async () => {
    const { writer, way, reader, heard, isCurrent } = await openBoth();
    await writer.keys.createKey(keyNamed("a"), audit);
    await isCurrent();
    way.fallSilent();
    await writer.keys.revokeKey(revocation("a"));
    await writer.feed.settled();
    expect(reader.feed.isCurrent()).toBe(false);
    way.speakAgain();
    await isCurrent();
    expect(heard.filter((keyId) => keyId === "a")).toHaveLength(2);
  });

  it("is known by one question where nobody asked for a while, and not where there is no answer", async () => {
    const { writer, way, reader, heard } = await openBoth();
    await writer.keys.createKey(keyNamed("a"), audit);
    expect(reader.feed.isCurrent()).toBe(false);
    const ask = () => Promise.all([reader.feed.becomesCurrent(), reader.feed.becomesCurrent()]);
    // An answer that took longer than what it proves lasts is none; a busy machine has those.
    await expect.poll(ask).toEqual([true, true]);
    expect(heard).toContain("a");
    way.fallSilent();
    await expect.poll(() => reader.feed.isCurrent()).toBe(false);
    expect(await reader.feed.becomesCurrent()).toBe(false);
    way.cut();
    way.speakAgain();
    await expect.poll(() => heard).toContain(null);
    expect(await reader.feed.becomesCurrent()).toBe(false);
  });

  it("may be anything after the connection was lost, as when the database restarts", async () => {
    const { writer, way, reader, heard, isCurrent } = await openBoth();
    await isCurrent();
    way.cut();
    await expect.poll(() => heard).toContain(null);
    expect(reader.feed.isCurrent()).toBe(false);
    await writer.keys.createKey(keyNamed("a"), audit);
    await isCurrent();
    await writer.keys.revokeKey(revocation("a"));
    await expect.poll(() => heard).toContain("a");
  });

  it("ends a token that another process remembers", async () => {
    const { writer, reader, isCurrent } = await openBoth();
    const token = { id: "t1", name: "ci", role: "operator", sha256: sha256("t"), createdAtMs: 0 } as const;
    await writer.tokens.create(token, audit);
    await isCurrent();
    expect(await reader.tokens.findBySha256(token.sha256)).toMatchObject({ revokedAtMs: null });
    await writer.tokens.revoke({ id: "t1", audit });
    await writer.feed.settled();
    expect((await reader.tokens.findBySha256(token.sha256))?.revokedAtMs).not.toBeNull();
  });
});
