import { providersOf } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { inventoryNowMs as nowMs, isListed, makeManagedKey } from "@keywarden/testing";
import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
  string,
  subarray,
  tuple,
  type Arbitrary,
} from "fast-check";
import { describe, expect, it } from "vitest";
// @boundaries-ignore the corpus is one for every reader of the language
import queries from "../../../test/vectors/queries.json" with { type: "json" };
import {
  makeJudge,
  makeKeyRow,
  matchQuery,
  narrowQuery,
  printQuery,
  QueryError,
  readQuery,
  type Condition,
} from "../src/index.ts";

const day = 86_400_000;
const isoOf = (atMs: number) => new Date(atMs).toISOString();
const judge = makeJudge(providersOf([]));
const corpus = queries.keys.map((given) => makeManagedKey(given as Parameters<typeof makeManagedKey>[0]));

function select(keys: readonly ManagedKey[], conditions: readonly Condition[]): readonly ManagedKey[] {
  const matches = matchQuery(conditions);
  return keys.filter((key) => matches(makeKeyRow(key, judge, nowMs), nowMs));
}

function whyUnreadable(query: string): string {
  try {
    return JSON.stringify(readQuery(query));
  } catch (error) {
    return error instanceof QueryError ? error.message : "not a QueryError";
  }
}

const keys = record({
  provider: constantFrom("aforo", "azotte", "example", "unheard-of"),
  ageDays: integer({ min: 0, max: 220 }),
  unusedDays: option(integer({ min: 0, max: 220 })),
  state: constantFrom("active" as const, "active" as const, "revoked" as const, "expired" as const),
  endsInDays: option(integer({ min: -30, max: 30 })),
  owner: option(oneof(constantFrom("ann", "Ann", "bob"), string({ unit: "binary" }))),
  tags: subarray(["billing", "Billing", "a,b", "a|b", "*", "e\u200Bu", "\u001B[31m"]),
}).map(({ endsInDays, ...given }): ManagedKey => {
  const endsAt = endsInDays === null ? null : isoOf(nowMs + endsInDays * day);
  return makeManagedKey({
    ...given,
    ...(given.state === "revoked" && { revokedAt: isoOf(nowMs - day) }),
    expiresAt: given.state === "expired" ? isoOf(nowMs - day) : endsAt,
  });
});

const spans = tuple(
  constantFrom("age", "used", "unused", "expires"),
  boolean(),
  integer({ max: 200, min: 0 }),
  constantFrom(3_600_000, day, 7 * day, 365 * day),
).map(([field, isOver, number, unitMs]) => ({
  type: "span" as const,
  field,
  isOver,
  spanMs: number * unitMs,
}));

const closed = {
  status: ["fresh", "due", "overdue", "in-grace", "revoked", "expired"],
  usage: ["active", "dormant", "never-used", "unknown"],
  state: ["active", "revoked", "expired"],
  env: ["production", "sandbox", "development", "live"],
  kind: ["secret", "publishable", "restricted"],
  provider: ["aforo", "azotte", "unheard-of"],
  tag: ["billing", "Billing", "a,b", "*", "e\u200Bu", "", "\u001B[31m"],
  owner: ["ann", "Ann", "bob", ""],
  name: ["payments", 'a "b" \\c'],
};

const fields = oneof(
  ...Object.entries(closed).map(([field, values]) =>
    array(
      constantFrom(...values).map((text) => ({ text, isPattern: false })),
      { minLength: 1, maxLength: 3 },
    ).map((chosen) => ({ type: "field" as const, field, values: chosen })),
  ),
  constantFrom("tag", "owner", "name").map((field) => ({
    type: "field" as const,
    field,
    values: [{ text: "*i*", isPattern: true }],
  })),
);
const words = oneof(string(), constantFrom("pay", "!x", 'a"b', "a:b", "<", "\\", "or", "NOT", "|")).map(
  (text) => ({
    type: "word" as const,
    text,
  }),
);
const signed = <Term extends object>(terms: Arbitrary<Term>) =>
  tuple(boolean(), terms).map(([isNegated, term]) => ({ ...term, isNegated }));
const fuzzy = string({ minLength: 1 })
  .map((text) => text.replaceAll(/[\s,]/g, ""))
  .filter((text) => text !== "")
  .map((text) => ({ type: "fuzzy" as const, text }));
const anyConditions: Arbitrary<readonly Condition[]> = array(signed(oneof(spans, fields, words, fuzzy)), {
  maxLength: 5,
});

describe("a query", () => {
  it.each(["sk_live_…ABCD", "…abcd", "…wh", "~s…d"])("finds an ellipsis where one is shown: %s", (query) => {
    const named = [makeManagedKey({ lastFour: "abcd", name: "north…where" })];
    expect(select(named, readQuery(query))).toEqual(named);
    expect(select([makeManagedKey({ lastFour: "0000" })], readQuery(query))).toEqual([]);
  });

  it.each(queries.cases)("$query selects $selects", ({ query, selects }) => {
    expect(select(corpus, readQuery(query)).map(({ id }) => id)).toEqual(selects);
  });

  it.each(queries.mistakes)("$query says what is wrong, where, and what was meant", ({ query, message }) => {
    expect(whyUnreadable(query)).toContain(message ?? "at character");
  });

  it("never fails but with a sentence, whatever is typed", () => {
    assert(
      property(string({ unit: constantFrom(...'tag:<>!", *\\9d status owner'.split("")) }), (text) => {
        expect(whyUnreadable(text)).not.toBe("not a QueryError");
      }),
      { numRuns: 2000 },
    );
  });

  it("that was printed reads back as the same conditions", () => {
    assert(
      property(anyConditions, (conditions) => {
        expect(readQuery(printQuery(conditions))).toEqual(conditions);
      }),
      { numRuns: 2000 },
    );
  });

  it("and its negation split any inventory in two", () => {
    assert(
      property(array(keys, { maxLength: 20 }), oneof(spans, fields, words), (all, term) => {
        const kept = select(all, [{ ...term, isNegated: false }]);
        const rest = select(all, [{ ...term, isNegated: true }]);
        expect(all.filter((key) => kept.includes(key) === rest.includes(key))).toEqual([]);
      }),
    );
  });
});

describe("what the server is asked for", () => {
  it("is all that a query can select, and less than everything where the server can tell", () => {
    let narrowed = 0;
    assert(
      property(array(keys, { maxLength: 20 }), anyConditions, (all, conditions) => {
        const query = narrowQuery(conditions, judge, nowMs);
        const listed = all.filter((key) => isListed(key, query));
        narrowed += all.length - listed.length;
        expect(select(listed, conditions)).toEqual(select(all, conditions));
      }),
      { numRuns: 3000, seed: 20_261_130 },
    );
    expect(narrowed).toBeGreaterThan(1000);
  });

  it("loses no key of the corpus", () => {
    for (const { query, selects } of queries.cases) {
      const conditions = readQuery(query);
      const asked = narrowQuery(conditions, judge, nowMs);
      const listed = corpus.filter((key) => isListed(key, asked));
      expect([query, select(listed, conditions).map(({ id }) => id)]).toEqual([query, selects]);
    }
  });

  it("is everything that can be said for the example of the documentation", () => {
    const conditions = readQuery(
      "status:overdue tag:billing tag:eu age>90d owner:ann used<30d env:production",
    );
    expect(narrowQuery(conditions, judge, nowMs)).toEqual({
      secretCreatedBefore: isoOf(nowMs - 90 * day),
      tag: ["billing", "eu"],
      owner: "ann",
      usedFrom: isoOf(nowMs - 30 * day + 1),
      environment: "production",
    });
  });
});
