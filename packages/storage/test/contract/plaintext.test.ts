import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  aforo,
  builtInProviders,
  catalogueProviders,
  type ProviderProfile,
  type Secret,
} from "@keywarden/key-format";
import { assertNoKey, makeKey, makePatternKey, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { openKeyStorage } from "@keywarden/storage";
import { adapters, audit, keyNamed, makeSqlitePlace } from "../stores.ts";

const keysOfEveryFormat: readonly Secret[] = builtInProviders
  .flatMap((provider) => provider.formats.map((format) => ({ provider, format })))
  .map(({ provider, format: { kind, environment } }, index) =>
    makeKey(provider, { kind, environment }, index + 1),
  );

function expectNoKeysIn(path: string): void {
  const files = readdirSync(path);
  expect(files).toContain("lock.db");
  for (const file of files) assertNoKey(readFileSync(join(path, file)), keysOfEveryFormat);
}

describe("plain text", () => {
  it("of no key is in any file, open or closed, after everything was written about it", async () => {
    const place = makeSqlitePlace();
    const storage = await place.openKeys();
    for (const [index, key] of keysOfEveryFormat.entries()) {
      const secret = { sha256: sha256(key.reveal()), prefix: "sk_live_", lastFour: key.reveal().slice(-4) };
      await storage.keys.createKey(
        { ...keyNamed(`k${index}`), secret, metadata: { shown: key.redacted } },
        audit,
      );
      await storage.audit.append({ ...audit, details: { key: key.redacted } });
      await expect(storage.audit.append({ ...audit, details: { key: key.reveal() } })).rejects.toMatchObject({
        code: "STORAGE_PLAINTEXT_KEY",
      });
    }
    expectNoKeysIn(place.path);
    expect(await storage.audit.verify()).toMatchObject({ ok: true });
    await storage.close();
    expectNoKeysIn(place.path);
  });

  it("of a key of the catalogue is refused as well", async () => {
    const place = makeSqlitePlace();
    const storage = await place.openKeys();
    const [pattern] = catalogueProviders.find(({ id }) => id === "gitlab")?.patterns ?? [];
    const [variant] = pattern?.variants ?? [];
    if (pattern === undefined || variant === undefined) throw new Error("the catalogue has no such key");
    const details = { note: `see ${makePatternKey(pattern, variant, 1)}` };
    const code = "STORAGE_PLAINTEXT_KEY";
    await expect(storage.audit.append({ ...audit, details })).rejects.toMatchObject({ code });
    await storage.close();
  });

  it("stands by chance in some secret that is sealed to its recipient, which is kept as it is", async () => {
    const [pattern] = catalogueProviders.find(({ id }) => id === "brave-search")?.patterns ?? [];
    const [variant] = pattern?.variants ?? [];
    if (pattern === undefined || variant === undefined) throw new Error("the catalogue has no such key");
    const chance = makePatternKey(pattern, variant, 1).replaceAll(/[_-]/g, "A").padEnd(86, "x");
    const [curve, rsa] = [`x25519.${"A".repeat(43)}=.${chance}==`, `rsa-oaep-256.${chance}==`];
    const place = makeSqlitePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const record = { request: sha256("asked"), keyId: "a", generation: 1, expiresAtMs: place.clock() + 1000 };
    for (const sealed of [curve, rsa]) {
      await storage.requests.remember({ ...record, id: sealed.slice(0, 6), sealed });
      expect((await storage.requests.find(sealed.slice(0, 6)))?.sealed).toBe(sealed);
      await storage.jobs.enqueue({ id: sealed.slice(0, 6), kind: "notice", payload: { sealed } });
      const job = await storage.jobs.claim({ kinds: ["notice"], leaseMs: 1000, worker: "w" });
      expect(job?.payload).toEqual({ sealed });
    }
    const code = "STORAGE_PLAINTEXT_KEY";
    for (const text of [chance, `${curve} ${chance}`, `x25519.${chance}`, `x25519.AAAA=.${chance}`])
      await expect(storage.requests.remember({ ...record, id: "other", sealed: text })).rejects.toMatchObject(
        { code },
      );
    await storage.close();
  });

  it("of a key that strangers push in names of branches and files is in no file either", async () => {
    const place = makeSqlitePlace();
    const storage = await place.openExposures();
    for (const [index, key] of keysOfEveryFormat.entries()) {
      const text = key.reveal();
      await storage.deliveries.accept(
        { guid: `${index} ${text}`, event: text, action: text, payloadSha256: text },
        {
          id: `${index}`,
          kind: "scan",
          payload: { refs: [`refs/heads/${text}`] },
          uniqueKey: `${index} ${text}`,
        },
      );
      const job = await storage.jobs.claim({ kinds: ["scan"], leaseMs: 1000, worker: "w" });
      await storage.jobs.bury(job ?? "", text);
      await storage.exposures.record({
        repository: { host: "github.com", repositoryId: 1 },
        fingerprint: sha256(text),
        provider: null,
        kind: "secret",
        environment: "production",
        label: "live",
        redacted: key.redacted,
        candidates: [],
        confidence: "high",
        occurrences: [{ commit: "c", path: `${text}/${text}`, line: 1, column: 1 }],
      });
    }
    expectNoKeysIn(place.path);
    expect(await storage.audit.verify()).toMatchObject({ ok: true });
    await storage.close();
    expectNoKeysIn(place.path);
  });

  it.each(["name", "owner", "tags", "permissions", "metadata"])("is refused in a key's %s", async (field) => {
    const { keys } = await makeSqlitePlace().openKeys();
    const text = makeKey(aforo, { kind: "secret", environment: "production" }).reveal();
    const value =
      field === "tags" || field === "permissions" ? [text] : field === "metadata" ? { note: text } : text;
    const error: unknown = await keys
      .createKey({ ...keyNamed("a"), [field]: value }, audit)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "STORAGE_PLAINTEXT_KEY" });
    expect(String(error)).toContain(`the key's ${field}`);
    expect(String(error)).not.toContain(text);
  });

  it("of a provider of the user's own is refused too", async () => {
    const [format] = aforo.formats;
    if (format === undefined) throw new Error("aforo has no formats");
    const own: ProviderProfile = { ...aforo, id: "acme", formats: [{ ...format, prefix: "acme_secret_" }] };
    const storage = await openKeyStorage({ path: ":memory:", clock: () => 0, providers: [own] });
    const entry = { ...audit, details: { text: `acme_secret_${"a1B2c3D4".repeat(5)}` } };
    await expect(storage.audit.append(entry)).rejects.toMatchObject({ code: "STORAGE_PLAINTEXT_KEY" });
    await storage.close();
  });
});

describe.each(adapters)("a secret on $adapter", ({ makePlace }) => {
  it("shows no more than four of its last characters", async () => {
    const { keys } = await makePlace().openKeys();
    const secret = { ...keyNamed("a").secret, lastFour: "12345" };
    await expect(keys.createKey({ ...keyNamed("a"), secret }, audit)).rejects.toMatchObject({
      code: "STORAGE_BAD_VALUE",
    });
  });
});
