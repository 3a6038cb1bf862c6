import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { backupKeys, type KeyStorage, restoreKeys } from "@keywarden/storage";
import { adapters, audit, keyNamed, makeSqlitePlace, type Place, secretNamed } from "../stores.ts";

function temporaryFile(name = "backup.jsonl"): string {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => directory.remove());
  return join(directory.path, name);
}

async function fill(place: Place, bulk = 20): Promise<KeyStorage> {
  const storage = await place.openKeys();
  await storage.keys.createKeys(
    Array.from({ length: bulk }, (_, index) => keyNamed(`bulk-${index}`)),
    audit,
  );
  await storage.keys.createKey({ ...keyNamed("a"), tags: ["é", "🔑"], metadata: { n: 1 } }, audit);
  await storage.keys.createKey({ ...keyNamed("ends"), expiresAtMs: place.clock() + 5000 }, audit);
  await storage.keys.rotateKey({ id: "a", secret: secretNamed("a#2"), graceMs: 60_000, audit });
  await storage.keys.revokeKey({ id: "bulk-7", audit });
  await storage.keys.touchLastUsed([{ keyId: "a", lastUsedAtMs: place.clock() }]);
  const token = { id: "t1", name: "ci", role: "reader", sha256: sha256("t"), createdAtMs: 5 } as const;
  await storage.tokens.create(token, { action: "token.created", actor: "ada" });
  const leaked = { ...token, id: "t2", sha256: sha256("leaked") };
  await storage.tokens.create(leaked, { action: "token.created", actor: "ada" });
  await storage.tokens.revoke({ id: "t2", audit: { action: "token.revoked", actor: "ada" } });
  return storage;
}

async function everything({ keys, tokens, audit: log }: KeyStorage) {
  const first = await keys.listKeys({ limit: 1000 });
  const second = await keys.listKeys({ limit: 1000, after: first.next });
  return {
    keys: [...first.keys, ...second.keys],
    secrets: await keys.listSecrets("a"),
    revoked: (await keys.listKeys({ state: "revoked" })).keys.map(({ id }) => id),
    tokens: await tokens.list(),
    entries: await log.list({ limit: 1000, afterSequence: 900 }),
    verified: await log.verify(),
  };
}

const directions = adapters.flatMap((from) => adapters.map((to) => ({ from, to })));

describe.each(directions)("a backup of $from.adapter restored into $to.adapter", ({ from, to }) => {
  it("has every key, secret, token and audit entry, and goes on from there", async () => {
    const source = from.makePlace();
    const before = await fill(source, 1100);
    const file = temporaryFile();
    const summary = await backupKeys(source.options, file);
    const head = await before.audit.head();
    expect(summary).toMatchObject({ keys: 1102, audit: head });
    const target = to.makePlace();
    expect(await restoreKeys(target.options, file)).toEqual(summary);
    const after = await target.openKeys();
    expect(await everything(after)).toEqual(await everything(before));
    expect(await after.audit.verify({ anchor: head })).toMatchObject({ ok: true });
    await after.keys.createKey(keyNamed("later"), audit);
    expect(await after.audit.verify()).toMatchObject({ ok: true, entries: head.sequence + 1 });
  });
});

describe.each(adapters)("a backup on $adapter", ({ makePlace }) => {
  it("knows the uses of keys from its restore on where that is more than an hour later", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const file = temporaryFile();
    await backupKeys(place.options, file);
    const { trackingSinceMs } = (await storage.keys.getKey("a")) ?? {};
    for (const [laterMs, sinceMs] of [
      [3_600_000, trackingSinceMs],
      [3_600_001, place.clock() + 3_600_001],
    ] as const) {
      const target = makePlace();
      target.clock.advance(place.clock() + laterMs - target.clock());
      await restoreKeys(target.options, file);
      const restored = await target.openKeys();
      expect(await restored.keys.getKey("a")).toMatchObject({ trackingSinceMs: sinceMs });
    }
  });

  it("is the state of one moment, taken while the storage is open and being written", async () => {
    const place = makePlace();
    const storage = await fill(place);
    const file = temporaryFile();
    const [summary] = await Promise.all([
      backupKeys(place.options, file),
      ...Array.from({ length: 30 }, (_, index) =>
        storage.keys.createKey(keyNamed(`meanwhile-${index}`), audit),
      ),
    ]);
    const target = makePlace();
    await restoreKeys(target.options, file);
    expect(await (await target.openKeys()).audit.verify()).toMatchObject({
      ok: true,
      entries: summary.audit.sequence,
    });
  });

  it("revives nothing when it is restored to a machine whose clock is behind", async () => {
    const place = makePlace();
    const storage = await fill(place);
    place.clock.advance(5000);
    await storage.keys.touchLastUsed([{ keyId: "a", lastUsedAtMs: place.clock() }]);
    const file = temporaryFile();
    await backupKeys(place.options, file);
    const target = makePlace();
    target.clock.advance(-86_400_000);
    await restoreKeys(target.options, file);
    const after = await target.openKeys();
    expect(await after.keys.getKey("ends")).toMatchObject({ state: "expired" });
    expect(after.behindMs()).toBe(86_405_000);
  });

  it("is never restored over keys that are there", async () => {
    const place = makePlace();
    await (await fill(place)).close();
    const file = temporaryFile();
    await backupKeys(place.options, file);
    await expect(restoreKeys(place.options, file)).rejects.toMatchObject({ code: "STORAGE_NOT_EMPTY" });
    expect((await (await place.openKeys()).audit.verify()).ok).toBe(true);
  });

  const lines = (text: string) => text.trimEnd().split("\n");
  it.each([
    ["cut off", (text: string) => lines(text).slice(0, -1).join("\n")],
    ["cut off in a line", (text: string) => text.slice(0, text.length / 2)],
    ["changed in one character", (text: string) => text.replace("the key bulk-3", "the key bulk-4")],
    ["short of a row", (text: string) => lines(text).toSpliced(9, 1).join("\n")],
    ["followed by something", (text: string) => `${text}[]\n`],
    ["empty", () => ""],
    ["something else", () => '{"format":"other"}\n'],
    ["changed by somebody who can count and hash", forgeActor],
  ])("is refused, and leaves nothing behind, when it is %s", async (_, change) => {
    const place = makePlace();
    await fill(place);
    const file = temporaryFile();
    await backupKeys(place.options, file);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    const target = makePlace();
    const error: unknown = await restoreKeys(target.options, file).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "StorageError", code: "STORAGE_CORRUPT" });
    const fresh = await target.openKeys();
    expect((await fresh.keys.listKeys()).keys).toEqual([]);
    expect(await fresh.audit.head()).toMatchObject({ sequence: 0 });
  });

  it("of nothing is refused", async () => {
    await expect(backupKeys(makePlace().options, temporaryFile())).rejects.toMatchObject({
      code: "STORAGE_UNWRITABLE",
      message: expect.stringContaining("nothing to back up") as string,
    });
  });
});

describe("a backup file", () => {
  it("is for its owner only, holds no key, and replaces no file", async () => {
    const place = makeSqlitePlace();
    const key = makeKey(aforo, { kind: "secret", environment: "production" });
    const storage = await place.openKeys();
    const secret = { ...secretNamed("x"), sha256: sha256(key.reveal()), lastFour: key.reveal().slice(-4) };
    await storage.keys.createKey({ ...keyNamed("a"), secret }, audit);
    const file = temporaryFile();
    await backupKeys(place.options, file);
    assertNoKey(readFileSync(file), [key]);
    const isPrivate = process.platform === "win32" || (statSync(file).mode & 0o777) === 0o600;
    expect(isPrivate).toBe(true);
    const text = readFileSync(file, "utf8");
    await expect(backupKeys(place.options, file)).rejects.toMatchObject({ code: "STORAGE_NOT_EMPTY" });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("that cannot be written or read says so and is not left behind", async () => {
    const place = makeSqlitePlace();
    await place.openKeys();
    const file = join(temporaryFile("missing"), "backup.jsonl");
    await expect(backupKeys(place.options, file)).rejects.toMatchObject({ code: "STORAGE_UNWRITABLE" });
    expect(existsSync(file)).toBe(false);
    await expect(restoreKeys(makeSqlitePlace().options, file)).rejects.toMatchObject({
      code: "STORAGE_UNWRITABLE",
    });
  });
});

/** Edits an audit entry and makes the count and hash of the file right again. */
function forgeActor(text: string): string {
  const all = text.trimEnd().split("\n");
  const body = all.slice(0, -1).map((line) => line.replace('"test.acted","ada"', '"test.acted","eve"'));
  const { rows } = JSON.parse(all.at(-1) ?? "") as { rows: number };
  return [...body, JSON.stringify({ rows, sha256: sha256(`${body.join("\n")}\n`) })].join("\n");
}
