import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeKey } from "@keywarden/testing";
import { aforo } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";
import type { AuditEntry } from "@keywarden/storage";
import { adapters, audit, keyNamed, makeSqlitePlace, type Place } from "../stores.ts";

describe.each(adapters)("the audit on $adapter", ({ makePlace }) => {
  it("numbers entries without gaps and chains each to the one before", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    await storage.audit.append({ action: "server.started", actor: "server" });
    await storage.keys.createKey(keyNamed("a"), audit);
    place.clock.advance(5);
    const head = await storage.audit.append({
      action: "key.shown",
      actor: "ada",
      subject: "a",
      provider: "aforo",
      details: { reason: "incident", nested: { z: 1, a: [true, null] } },
    });
    const entries = await storage.audit.list();
    expect(entries.map((entry) => entry.sequence)).toEqual([1, 2, 3]);
    expect(entries[0]?.previousHash).toBe("0".repeat(64));
    expect(entries[1]?.previousHash).toBe(entries[0]?.hash);
    expect(entries[2]).toMatchObject({
      atMs: place.clock(),
      subject: "a",
      details: { reason: "incident", nested: { z: 1, a: [true, null] } },
      hash: head.hash,
    });
    expect(await storage.audit.verify()).toEqual({ ok: true, entries: 3, head });
  });

  it("is valid and at its beginning when nothing happened", async () => {
    const { audit: log } = await makePlace().openExposures();
    expect(await log.verify()).toEqual({ ok: true, entries: 0, head: { sequence: 0, hash: "0".repeat(64) } });
  });

  it("lists from a place, in pages, by subject and by action", async () => {
    const { audit: log } = await makePlace().openKeys();
    for (let index = 1; index <= 5; index += 1)
      await log.append({
        action: index % 2 === 0 ? "even" : "odd",
        actor: "ada",
        subject: index > 3 ? "k" : null,
      });
    const sequences = (entries: readonly AuditEntry[]) => entries.map((entry) => entry.sequence);
    expect(sequences(await log.list({ afterSequence: 1, limit: 2 }))).toEqual([2, 3]);
    expect(sequences(await log.list({ subject: "k" }))).toEqual([4, 5]);
    expect(sequences(await log.list({ action: "even", afterSequence: 2 }))).toEqual([4]);
    await expect(log.list({ limit: 0 })).rejects.toMatchObject({ code: "STORAGE_BAD_VALUE" });
  });

  it("keeps its order when many append at once", async () => {
    const { audit: log } = await makePlace().openKeys();
    const actors = Array.from({ length: 40 }, (_, index) => `actor ${index}`);
    await Promise.all(actors.map((actor) => log.append({ action: "raced", actor })));
    expect((await log.list()).map((entry) => entry.actor)).toEqual(actors);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 40 });
  });

  it("verifies over many pages while entries are appended", async () => {
    const storage = await makePlace().openKeys();
    await storage.transaction(async (stores) => {
      for (let index = 0; index < 2500; index += 1)
        await stores.audit.append({ action: "bulk", actor: "ada" });
    });
    const [result] = await Promise.all([
      storage.audit.verify(),
      ...Array.from({ length: 20 }, () => storage.audit.append({ action: "meanwhile", actor: "ada" })),
    ]);
    expect(result).toMatchObject({ ok: true });
    expect(await storage.audit.verify()).toMatchObject({ entries: 2520 });
  });

  it("stores text that databases mangle in a form that still matches its hash", async () => {
    const { audit: log } = await makePlace().openKeys();
    const details = { "\uD800": "a\0b", é: "e\u0301", emoji: "🔑", "-0": -0, big: 2 ** 53 };
    await log.append({ action: "odd\0text", actor: "lone \uDC00 surrogate", details });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 1 });
    expect((await log.list())[0]).toMatchObject({
      action: "odd\uFFFDtext",
      details: { é: "e\u0301", emoji: "🔑" },
    });
  });

  it.each([Number.NaN, Infinity, -Infinity])("refuses %d in details", async (number) => {
    const { audit: log } = await makePlace().openKeys();
    const entry = { ...audit, details: { number } };
    await expect(log.append(entry)).rejects.toMatchObject({ code: "STORAGE_BAD_VALUE" });
  });

  it("refuses a whole key anywhere in an entry, and never repeats it", async () => {
    const { audit: log } = await makePlace().openKeys();
    const key = makeKey(aforo, { kind: "secret", environment: "production" });
    const text = key.reveal();
    const entries = [
      { ...audit, action: text },
      { ...audit, actor: `ada using ${text}` },
      { ...audit, subject: text },
      { ...audit, details: { deep: [{ path: `src/${text}.ts` }] } },
      { ...audit, details: { [text]: 1 } },
    ];
    for (const entry of entries) {
      const error: unknown = await log.append(entry).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "STORAGE_PLAINTEXT_KEY" });
      expect(String(error)).not.toContain(text);
    }
    expect(await log.head()).toMatchObject({ sequence: 0 });
    await log.append({ ...audit, details: { redacted: key.redacted } });
  });

  it("knows an anchor that was kept elsewhere", async () => {
    const { audit: log } = await makePlace().openKeys();
    const anchor = await log.append(audit);
    await log.append(audit);
    expect(await log.verify({ anchor })).toMatchObject({ ok: true });
    expect(await log.verify({ anchor: { ...anchor, hash: "f".repeat(64) } })).toMatchObject({
      ok: false,
      firstBadSequence: 1,
      fault: "anchor-differs",
    });
    expect(await log.verify({ anchor: { ...anchor, sequence: 9 } })).toMatchObject({
      ok: false,
      firstBadSequence: 3,
      fault: "truncated",
    });
  });
});

describe("an audit that somebody tampered with", () => {
  async function tampered(sql: string, entries = 6) {
    const place = makeSqlitePlace();
    await fill(place, entries);
    const database = new DatabaseSync(join(place.path, "keys.db"));
    database.exec(`DROP TRIGGER audit_entries_keep; DROP TRIGGER audit_entries_stay;
      DROP TRIGGER audit_anchor_advances; DROP TRIGGER audit_anchor_stays; ${sql}`);
    database.close();
    return (await place.openKeys()).audit.verify();
  }

  it.each([
    ["an edited actor", "UPDATE audit_entries SET actor = 'eve' WHERE sequence = 3", 3, "edited"],
    ["edited details", `UPDATE audit_entries SET details = '{"n":9}' WHERE sequence = 2`, 2, "edited"],
    [
      "details with white space",
      `UPDATE audit_entries SET details = '{"n": 2}' WHERE sequence = 2`,
      2,
      "edited",
    ],
    ["details that are no JSON", "UPDATE audit_entries SET details = '{' WHERE sequence = 4", 4, "edited"],
    ["an edited time", "UPDATE audit_entries SET at_ms = at_ms + 1 WHERE sequence = 1", 1, "edited"],
    ["an edited hash", `UPDATE audit_entries SET hash = '${"a".repeat(64)}' WHERE sequence = 5`, 5, "edited"],
    ["a removed entry", "DELETE FROM audit_entries WHERE sequence = 4", 4, "missing"],
    ["a removed beginning", "DELETE FROM audit_entries WHERE sequence <= 2", 1, "missing"],
    [
      "a removed entry whose gap was closed",
      "DELETE FROM audit_entries WHERE sequence = 4; UPDATE audit_entries SET sequence = sequence - 1 WHERE sequence > 4",
      4,
      "edited",
    ],
    [
      "two entries that changed places",
      "UPDATE audit_entries SET sequence = 99 WHERE sequence = 2; UPDATE audit_entries SET sequence = 2 WHERE sequence = 3; UPDATE audit_entries SET sequence = 3 WHERE sequence = 99",
      2,
      "edited",
    ],
    ["a removed end", "DELETE FROM audit_entries WHERE sequence >= 5", 5, "truncated"],
    ["a removed whole", "DELETE FROM audit_entries", 1, "truncated"],
    [
      "an end that was removed with its anchor moved back",
      "DELETE FROM audit_entries WHERE sequence = 6; UPDATE audit_anchor SET sequence = 5",
      5,
      "anchor-differs",
    ],
    ["an anchor that was moved back", "UPDATE audit_anchor SET sequence = 4", 5, "unanchored"],
  ])("is refused for %s", async (_, sql, firstBadSequence, fault) => {
    const result = await tampered(sql);
    expect(result).toMatchObject({ ok: false, firstBadSequence, fault });
    expect(result.ok ? "" : result.reason).toContain(`audit entry ${firstBadSequence} `);
  });

  it("is refused for a forged entry that has a right hash of its own but no place in the chain", async () => {
    const place = makeSqlitePlace();
    await fill(place, 3);
    const other = makeSqlitePlace();
    await fill(other, 3, "somebody else");
    const source = new DatabaseSync(join(other.path, "keys.db"));
    const foreign = source.prepare("SELECT * FROM audit_entries WHERE sequence = 2").get();
    source.close();
    const target = new DatabaseSync(join(place.path, "keys.db"));
    target.exec("DROP TRIGGER audit_entries_keep");
    target
      .prepare(
        "UPDATE audit_entries SET actor = ?, details = ?, previous_hash = ?, hash = ?, at_ms = ? WHERE sequence = 2",
      )
      .run(
        ...["actor", "details", "previous_hash", "hash", "at_ms"].map((column) => foreign?.[column] ?? null),
      );
    target.close();
    const { audit: log } = await place.openKeys();
    expect(await log.verify()).toMatchObject({ ok: false, firstBadSequence: 2, fault: "broken-link" });
  });

  it.each([
    ["changed", "UPDATE audit_entries SET actor = 'eve' WHERE sequence = 1"],
    ["removed", "DELETE FROM audit_entries WHERE sequence = 1"],
  ])("cannot have an entry %s while its triggers stand", async (word, sql) => {
    const place = makeSqlitePlace();
    await fill(place, 2);
    const database = new DatabaseSync(join(place.path, "keys.db"));
    expect(() => database.exec(sql)).toThrow(`audit entries cannot be ${word}`);
    database.close();
  });

  async function fill(place: Place, entries: number, actor = "ada") {
    const storage = await place.openKeys();
    for (let n = 1; n <= entries; n += 1)
      await storage.audit.append({ action: "acted", actor, details: { n } });
    await storage.close();
  }
});
