import { aforo, type Fingerprint } from "@keywarden/key-format";
import { keyState, secretState, type StoredKey, type StoredSecret } from "@keywarden/storage";
import { makeClock, sha256 } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeSecretPacker, type KeyWithSecret } from "../src/key-cache/pack-secret.ts";
import { makeSecretFinder } from "../src/key-cache/secret-finder.ts";

const instant = fc.integer({ min: 1, max: 4_102_444_800_000 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const secret = (keyId: string): fc.Arbitrary<StoredSecret> =>
  fc.record({
    keyId: fc.constant(keyId),
    generation: fc.integer({ min: 1, max: 1000 }),
    sha256: fc.string().map((text) => sha256(text)),
    prefix: fc.constantFrom("sk_live_", "sk_test_"),
    lastFour: fc.string({ maxLength: 4 }),
    createdAtMs: instant,
    createdBy: fc.constantFrom("bench", "token:1"),
    notBeforeMs: instant,
    validUntilMs: maybe(instant),
    revokedAtMs: maybe(instant),
    state: fc.constantFrom("active", "grace", "disabled", "ended", "expired", "revoked", "pending"),
  });
const key: fc.Arbitrary<StoredKey> = fc
  .tuple(secret("key_1"), maybe(secret("key_1")))
  .chain(([current, graceSecret]) =>
    fc.record({
      id: fc.constant("key_1"),
      provider: fc.constantFrom("aforo", "aero2"),
      name: fc.string({ unit: "grapheme" }),
      kind: fc.constantFrom("secret", "publishable", "restricted"),
      environment: fc.constantFrom("production", "sandbox", "development"),
      label: fc.constantFrom("live", "test"),
      prefix: fc.constantFrom("sk_live_", "sk_test_"),
      generation: fc.constant(current.generation),
      owner: maybe(fc.string()),
      tags: fc.array(fc.string()),
      permissions: maybe(fc.array(fc.string())),
      metadata: fc.constantFrom({}, { restrictions: { tenant: "t" } }, { a: [1, null, { b: "c" }] }),
      createdAtMs: instant,
      createdBy: fc.constantFrom("bench", "ada"),
      expiresAtMs: maybe(instant),
      revokedAtMs: maybe(instant),
      revokedBy: maybe(fc.string({ minLength: 1 })),
      disabledAtMs: maybe(instant),
      disabledBy: maybe(fc.string({ minLength: 1 })),
      revision: fc.nat(),
      replaces: maybe(fc.constant("key_0")),
      lastUsedAtMs: maybe(instant),
      lastDeniedAtMs: maybe(instant),
      trackingSinceMs: instant,
      state: fc.constantFrom("active", "disabled", "expired", "revoked"),
      secret: fc.constant(current),
      graceSecret: fc.constant(graceSecret),
      asOfMs: instant,
    }),
  );

test("what is packed of a key and its secret is all of them, whichever of its secrets was found", () => {
  // One for all, as their owners, tags and metadata are in memory once.
  const packer = makeSecretPacker();
  fc.assert(
    fc.property(key, fc.option(secret("key_1"), { nil: null }), (stored, older) => {
      const found = withStates({
        key: stored,
        secret: older === null || older.generation === stored.generation ? stored.secret : older,
      });
      const hash = found.secret.sha256;
      expect(packer.unpack(hash, packer.pack(hash, found))).toEqual(found);
    }),
  );
});

test("of more owners and tags than are kept once each key has its own, and none can be changed for others", () => {
  const packer = makeSecretPacker();
  const [first] = fc.sample(key, { numRuns: 1, seed: 7 });
  if (first === undefined) throw new Error("no key was made");
  const numbers = Array.from({ length: 5000 }, (_, index) => index % 2500);
  const made = numbers.map((index) =>
    withStates({
      key: { ...first, owner: `owner ${index}`, tags: [`${index}`, "t"], metadata: { index } },
      secret: first.secret,
    }),
  );
  const packed = made.map((found) => packer.pack(first.secret.sha256, found));
  const unpacked = packed.map((text) => packer.unpack(first.secret.sha256, text));
  expect(unpacked).toEqual(made);
  expect(
    unpacked.every(({ key: { tags, metadata } }) => Object.isFrozen(tags) === Object.isFrozen(metadata)),
  ).toBe(true);
  expect(unpacked.filter(({ key: { tags } }) => Object.isFrozen(tags))).toHaveLength(4000);
});

/** As a storage gives it: every state follows from the times, at the moment of the question. */
function withStates({ key: stored, secret: found }: KeyWithSecret): KeyWithSecret {
  const at = (own: StoredSecret) => ({ ...own, state: secretState(stored, own, stored.asOfMs) });
  const derived = {
    ...stored,
    state: keyState(stored, stored.secret, stored.asOfMs),
    secret: at(stored.secret),
    graceSecret: stored.graceSecret === null ? null : at(stored.graceSecret),
  };
  return { key: derived, secret: at(found) };
}

/** A finder over keys that a test can change, which counts how often it is asked. */
function makeFinder(rememberedBytes = 2 ** 20) {
  const clock = makeClock(1000);
  const stored = new Map<Fingerprint, KeyWithSecret>();
  let questions = 0;
  let meanwhile = async (): Promise<void> => {};
  const watchers: ((keyId: string | null) => void)[] = [];
  const told = { isCurrent: true };
  const feed = {
    isCurrent: () => told.isCurrent,
    becomesCurrent: () => Promise.resolve(told.isCurrent),
    watch: (listener: (keyId: string | null) => void) => {
      watchers.push(listener);
      return () => {};
    },
    settled: () => Promise.resolve(),
  };
  const keys = {
    findBySha256: async (hash: Fingerprint) => {
      questions += 1;
      const found = stored.get(hash) ?? null;
      await meanwhile();
      return found;
    },
  };
  return {
    clock,
    stored,
    finder: makeSecretFinder(keys, clock, rememberedBytes, feed),
    questions: () => questions,
    told,
    tell: (keyId: string | null) => watchers.forEach((listener) => listener(keyId)),
    whileAsked: (work: () => Promise<void>) => void (meanwhile = work),
  };
}

function keyOf(id: string, times: Partial<StoredSecret> = {}): KeyWithSecret {
  const current: StoredSecret = {
    keyId: id,
    generation: 1,
    sha256: sha256(id),
    prefix: "sk_live_",
    lastFour: "abcd",
    createdAtMs: 0,
    createdBy: "ada",
    notBeforeMs: 0,
    validUntilMs: null,
    revokedAtMs: null,
    state: "active",
    ...times,
  };
  const owned = { owner: null, tags: [], permissions: null, metadata: {}, createdAtMs: 0, createdBy: "ada" };
  const stored: StoredKey = {
    id,
    provider: aforo.id,
    name: id,
    kind: "secret",
    environment: "production",
    label: "live",
    prefix: "sk_live_",
    generation: 1,
    ...owned,
    expiresAtMs: null,
    revokedAtMs: null,
    revokedBy: null,
    disabledAtMs: null,
    disabledBy: null,
    revision: 0,
    replaces: null,
    lastUsedAtMs: null,
    lastDeniedAtMs: null,
    trackingSinceMs: 0,
    state: "active",
    graceSecret: null,
    secret: current,
    asOfMs: 0,
  };
  return { key: stored, secret: current };
}

describe("a secret that was found", () => {
  test("is recalled without asking the storage, seldom or often", async () => {
    const { finder, stored, questions } = makeFinder();
    stored.set(sha256("a"), keyOf("a"));
    expect(finder.recall(sha256("a"))).toBeNull();
    await finder.find(sha256("a"));
    for (let time = 0; time < 5; time += 1)
      expect(finder.recall(sha256("a"))).toMatchObject({ key: { id: "a" }, state: "active" });
    expect(questions()).toBe(1);
  });

  test("ends when its time is over, though it is only recalled", async () => {
    const { finder, stored, clock } = makeFinder();
    stored.set(sha256("a"), keyOf("a", { validUntilMs: 2000 }));
    await finder.find(sha256("a"));
    clock.set(1999);
    expect(finder.recall(sha256("a"))?.state).toBe("active");
    clock.set(2000);
    expect(finder.recall(sha256("a"))?.state).toBe("expired");
  });

  test.each([1, 5])(
    "and recalled %d times is forgotten when its key changes, and others are not",
    async (times) => {
      const { finder, stored } = makeFinder();
      for (const id of ["a", "b"]) {
        stored.set(sha256(id), keyOf(id));
        await finder.find(sha256(id));
        for (let time = 0; time < times; time += 1) finder.recall(sha256(id));
      }
      void finder.forget("a");
      expect(finder.recall(sha256("a"))).toBeNull();
      expect(finder.recall(sha256("b"))).not.toBeNull();

      stored.set(sha256("a"), keyOf("a", { revokedAtMs: 1000 }));
      await finder.find(sha256("a"));
      for (let time = 0; time < times; time += 1) expect(finder.recall(sha256("a"))?.state).toBe("revoked");
    },
  );

  test("while its key changed is used once and not remembered", async () => {
    const { finder, stored, whileAsked } = makeFinder();
    stored.set(sha256("a"), keyOf("a"));
    whileAsked(async () => finder.forget("a"));
    expect((await finder.find(sha256("a")))?.state).toBe("active");
    expect(finder.recall(sha256("a"))).toBeNull();
  });

  test("is forgotten too once very many keys have changed", async () => {
    const { finder, stored } = makeFinder();
    stored.set(sha256("a"), keyOf("a"));
    await finder.find(sha256("a"));
    for (let change = 0; change <= 10_000; change += 1) await finder.forget(`other ${change}`);
    expect(finder.recall(sha256("a"))).toBeNull();
  });

  test("is never remembered where other processes change keys", async () => {
    const { finder, stored } = makeFinder(0);
    stored.set(sha256("a"), keyOf("a"));
    await finder.find(sha256("a"));
    expect(finder.recall(sha256("a"))).toBeNull();
  });
});

describe("of a database that other processes write", () => {
  test("a secret is remembered while their changes are known, and read again while they are not", async () => {
    const { finder, stored, questions, told, tell } = makeFinder();
    stored.set(sha256("a"), keyOf("a"));
    await finder.find(sha256("a"));
    expect(finder.recall(sha256("a"))).not.toBeNull();
    told.isCurrent = false;
    expect(finder.recall(sha256("a"))).toBeNull();
    told.isCurrent = true;
    expect(finder.recall(sha256("a"))?.key.id).toBe("a");
    tell("b");
    expect(finder.recall(sha256("a"))).not.toBeNull();
    tell("a");
    expect(finder.recall(sha256("a"))).toBeNull();
    await finder.find(sha256("a"));
    expect(finder.recall(sha256("a"))).not.toBeNull();
    tell(null);
    expect(finder.recall(sha256("a"))).toBeNull();
    expect(questions()).toBe(2);
  });

  test("what was read while a change was told, or while none could be, is not kept", async () => {
    const { finder, stored, told, tell, whileAsked } = makeFinder();
    stored.set(sha256("a"), keyOf("a"));
    whileAsked(async () => tell("a"));
    await finder.find(sha256("a"));
    expect(finder.recall(sha256("a"))).toBeNull();
    told.isCurrent = false;
    whileAsked(async () => void (told.isCurrent = true));
    await finder.find(sha256("a"));
    expect(finder.recall(sha256("a"))).toBeNull();
  });
});
