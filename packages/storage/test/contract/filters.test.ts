import { sha256 } from "@keywarden/testing";
import {
  type Arbitrary,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  option,
  record,
  shuffledSubarray,
} from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyQuery, KeyStorage, NewKey, StoredKey } from "@keywarden/storage";
import { adapters, audit, keyNamed } from "../stores.ts";

const tags = ["billing", "Billing", "bill", 'say "billing"', "100%", "a_b", "!", "münz\\e"];
const owners = ["ann", "Ann", "o'neil", null];
const day = 86_400_000;

async function listAll({ keys }: KeyStorage, query: KeyQuery) {
  const found: StoredKey[] = [];
  let pages = 0;
  for (let after: KeyQuery["after"] = null; ;) {
    const page = await keys.listKeys({ ...query, after });
    found.push(...page.keys);
    pages += 1;
    if (page.next === null) return { ids: found.map(({ id }) => id), pages };
    after = page.next;
  }
}

describe.each(adapters)("filters on $adapter", ({ makePlace }) => {
  it("list what the same question finds among all keys, page by page and in the same order", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    const { keys } = storage;
    const startMs = place.clock();
    for (let index = 0; index < 40; index += 1) {
      const key: NewKey = {
        ...keyNamed(`k${index}`),
        owner: owners[index % 4] ?? null,
        tags: tags.filter((_, tag) => (index * 7 + tag * 3) % 5 === 0),
      };
      await keys.createKey(key, audit);
      if (index % 3 === 0) place.clock.advance(day);
      if (index % 5 === 0)
        await keys.rotateKey({
          id: `k${Math.floor(index / 2)}`,
          secret: { sha256: sha256(`new ${index}`), prefix: "sk_live_", lastFour: "" },
          graceMs: 0,
          audit,
        });
      if (index % 4 === 0) await keys.touchLastUsed([{ keyId: `k${index}`, lastUsedAtMs: place.clock() }]);
      if (index % 9 === 0) await keys.revokeKey({ id: `k${index}`, audit });
    }
    const all = (await keys.listKeys({ limit: 1000 })).keys;
    const moment = integer({ min: -1, max: 15 }).map((days) => startMs + days * day);
    const maybe = (wanted: Arbitrary<unknown>) => option(wanted, { nil: undefined });
    const queries = record({
      owner: maybe(constantFrom("ann", "Ann", "o'neil", "nobody")),
      tags: maybe(shuffledSubarray(tags, { maxLength: 2 })),
      state: maybe(constantFrom("active", "revoked")),
      secretCreatedBeforeMs: maybe(moment),
      secretCreatedFromMs: maybe(moment),
      usedBeforeMs: maybe(moment),
      usedFromMs: maybe(moment),
      unusedSinceMs: maybe(moment),
      limit: integer({ min: 1, max: 50 }),
    });
    await assert(
      asyncProperty(queries, async (wanted) => {
        const query = Object.fromEntries(
          Object.entries(wanted).filter(([, value]) => value !== undefined),
        ) as KeyQuery;
        expect((await listAll(storage, query)).ids).toEqual(
          all.filter((key) => isWanted(key, query)).map(({ id }) => id),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("look at a bounded part of the list for each page, and at nobody else's keys for an owner's", async () => {
    const storage = await makePlace().openKeys();
    const many = Array.from({ length: 5000 }, (_, index) => ({
      ...keyNamed(`k${String(index).padStart(4, "0")}`),
      tags: index === 4500 ? ["rare"] : ["common"],
      owner: index % 1000 === 999 ? "ann" : "bob",
    }));
    await storage.keys.createKeys(many, audit);
    expect(await listAll(storage, { tags: ["rare"] })).toEqual({ ids: ["k4500"], pages: 3 });
    expect(await listAll(storage, { owner: "ann", limit: 2 })).toEqual({
      ids: ["k0999", "k1999", "k2999", "k3999", "k4999"],
      pages: 3,
    });
    expect((await listAll(storage, { tags: ["common"], limit: 1000 })).ids).toHaveLength(4999);
  });
});

function isWanted(key: StoredKey, query: KeyQuery): boolean {
  const { owner, state, secretCreatedBeforeMs, secretCreatedFromMs, usedBeforeMs, usedFromMs } = query;
  const used = key.lastUsedAtMs;
  return (
    (owner === undefined || key.owner === owner) &&
    (state === undefined || key.state === state) &&
    (query.tags ?? []).every((tag) => key.tags.includes(tag)) &&
    (secretCreatedBeforeMs === undefined || key.secret.createdAtMs < secretCreatedBeforeMs) &&
    (secretCreatedFromMs === undefined || key.secret.createdAtMs >= secretCreatedFromMs) &&
    (usedBeforeMs === undefined || (used !== null && used < usedBeforeMs)) &&
    (usedFromMs === undefined || (used !== null && used >= usedFromMs)) &&
    (query.unusedSinceMs === undefined || (used ?? key.createdAtMs) < query.unusedSinceMs)
  );
}
