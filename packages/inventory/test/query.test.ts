import { builtInProviders } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import {
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
  string,
  subarray,
  tuple,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeKey, matchQuery, narrowQuery, QueryError, readQuery } from "../src/index.ts";

const nowMs = Date.UTC(2026, 5, 1);
const day = 86_400_000;
const profileOf = (id: string) => builtInProviders.find((provider) => provider.id === id);
const isoOf = (atMs: number) => new Date(atMs).toISOString();

const key: ManagedKey = {
  id: "key_1",
  provider: "aforo",
  name: "Billing Worker",
  kind: "secret",
  environment: "production",
  label: "live",
  prefix: "sk_live_",
  lastFour: "abcd",
  generation: 1,
  state: "active",
  createdAt: isoOf(nowMs - 100 * day),
  secretCreatedAt: isoOf(nowMs - 100 * day),
  lastUsedAt: isoOf(nowMs - 10 * day),
  trackingSince: isoOf(nowMs - 100 * day),
  expiresAt: null,
  revokedAt: null,
  grace: null,
  owner: "Ann Lee",
  permissions: null,
  tags: ["billing", "eu,west", 'a"b'],
};

const holds = (filter: string, one: ManagedKey = key): boolean =>
  matchQuery(readQuery(filter))(judgeKey(one, profileOf, nowMs));

describe("a filter", () => {
  it.each([
    "",
    "billing",
    "WORKER",
    '"billing worker"',
    "key_1",
    "provider:aforo",
    "status:overdue",
    "status:due,overdue",
    "STATUS".toLowerCase() + ":OVERDUE",
    "usage:active",
    "env:production",
    "env:live",
    "environment:production",
    "environment:test,live",
    "kind:secret,restricted",
    "tag:billing",
    'tag:"eu,west"',
    String.raw`tag:"a\"b"`,
    "tag:bill*",
    'owner:"Ann Lee"',
    "owner:*Lee",
    "age>90d",
    "age<101d",
    "used<11d used>9d",
    "unused>239h",
    "!tag:old !status:fresh",
    "!used<1w",
    "tag:billing  \t tag:bill*",
  ])("%s finds the key", (filter) => {
    expect(holds(filter)).toBe(true);
  });

  it.each([
    "nothing",
    "provider:azotte",
    "tag:Billing",
    'tag:"bill*"',
    "owner:ann",
    'owner:""',
    "age>100d",
    "age<100d",
    "used<10d",
    "expires<1w",
    "!billing",
    "!tag:billing",
    "tag:billing !owner:*",
  ])("%s does not", (filter) => {
    expect(holds(filter)).toBe(false);
  });

  it("takes nobody for an empty owner, and a key that was never used for no use at all", () => {
    const unowned = { ...key, owner: null, lastUsedAt: null };
    expect([holds('owner:""', unowned), holds("used>1d", unowned), holds("unused>99d", unowned)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(holds("expires<14d", { ...key, expiresAt: isoOf(nowMs + 13 * day) })).toBe(true);
  });

  it.each([
    ["stauts:overdue", '"stauts" at character 1 is no field of keys. Did you mean status?'],
    ["tag:a enviroment:live", '"enviroment" at character 7 is no field of keys. Did you mean environment?'],
    ["status:overdu", '"overdu" at character 8 is no status of keys. Did you mean overdue?'],
    ["env:prodution", '"prodution" at character 5 is no env of keys. Did you mean production?'],
    ["kind:x", '"x" at character 6 is no kind of keys. It is one of secret, publishable, restricted.'],
    [
      "age>90",
      '"90" at character 5 is no span of keys. After age> comes a number and h, d or w, as in age>90d.',
    ],
    [
      "!age<",
      '"" at character 6 is no span of keys. After age< comes a number and h, d or w, as in age<90d.',
    ],
    ["age:90d", '"age" at character 1 is no filter of keys. Write age>90d or age<90d.'],
    ["tag>3d", '"tag" at character 1 is no filter of keys. Write tag:<value>.'],
    ["tag:", '"" at character 5 is no value of keys. tag: needs a value; an empty one is written "".'],
    ["tag:a,,b", '"" at character 7 is no value of keys. tag: needs a value; an empty one is written "".'],
    ['owner:"Ann', '"\\"" at character 7 is no filter of keys. The quotation mark has no second one.'],
    [
      'tag:"a"b',
      '"b" at character 8 is no filter of keys. After a value in quotes comes a comma or a space.',
    ],
    ["! tag:a", '"!" at character 1 is no filter of keys. A ! stands right before what it turns round.'],
  ])("%s says what is wrong, where, and what was meant", (filter, message) => {
    expect(() => readQuery(filter)).toThrow(message);
  });

  it("never fails but with a sentence, whatever is typed", () => {
    assert(
      property(string({ unit: constantFrom(...'tag:<>!", *\\9d status owner'.split("")) }), (text) => {
        const read = () => {
          try {
            return readQuery(text).length > -1;
          } catch (error) {
            return error instanceof QueryError;
          }
        };
        expect(read()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what the server is asked for", () => {
  it("is all that a filter can find, and less than everything where the server can tell", () => {
    const moments = integer({ min: 0, max: 220 }).map((days) => nowMs - days * day);
    const keys = record({
      provider: constantFrom("aforo", "azotte", "example", "unheard-of"),
      createdAtMs: moments,
      usedAtMs: option(moments),
      revokedAtMs: option(moments),
      owner: option(constantFrom("ann", "Ann", "bob")),
      tags: subarray(["billing", "Billing", "a,b", "*"]),
    }).map(({ provider, createdAtMs, usedAtMs, revokedAtMs, owner, tags }): ManagedKey => ({
      ...key,
      provider,
      owner,
      tags,
      createdAt: isoOf(createdAtMs),
      secretCreatedAt: isoOf(createdAtMs),
      lastUsedAt: usedAtMs === null ? null : isoOf(usedAtMs),
      revokedAt: revokedAtMs === null ? null : isoOf(revokedAtMs),
      state: revokedAtMs === null ? "active" : "revoked",
    }));
    const terms = oneof(
      tuple(
        constantFrom("age", "used", "unused", "expires"),
        constantFrom("<", ">"),
        integer({ max: 200, min: 0 }),
      ).map(([field, mark, days]) => `${field}${mark}${days}d`),
      constantFrom(
        "tag:billing",
        'tag:"a,b"',
        "tag:*",
        'tag:"*"',
        "tag:billing,Billing",
        "owner:ann",
        'owner:""',
      ),
      constantFrom("provider:azotte", "provider:aforo", "status:overdue", "status:due", "status:due,overdue"),
      constantFrom(
        "status:revoked",
        "state:active",
        "state:revoked",
        "env:live",
        "env:production",
        "kind:secret",
      ),
    );
    const signed = tuple(constantFrom("", "", "!"), terms).map((parts) => parts.join(""));
    let narrowed = 0;
    assert(
      property(
        array(keys, { maxLength: 20 }),
        array(signed, { minLength: 1, maxLength: 4 }),
        (all, filter) => {
          const conditions = readQuery(filter.join(" "));
          const matches = matchQuery(conditions);
          const query = narrowQuery(conditions, builtInProviders, nowMs);
          const listed = all.filter((one) => isListed(one, query));
          narrowed += all.length - listed.length;
          const found = (some: readonly ManagedKey[]) =>
            some.filter((one) => matches(judgeKey(one, profileOf, nowMs)));
          expect(found(listed)).toEqual(found(all));
        },
      ),
      { numRuns: 3000 },
    );
    expect(narrowed).toBeGreaterThan(1000);
  });

  it("is everything that can be said for the example of the documentation", () => {
    const conditions = readQuery(
      "status:overdue tag:billing tag:eu age>90d owner:ann used<30d env:production",
    );
    expect(narrowQuery(conditions, builtInProviders, nowMs)).toEqual({
      secretCreatedBefore: isoOf(nowMs - 90 * day),
      tag: ["billing", "eu"],
      owner: "ann",
      usedFrom: isoOf(nowMs - 30 * day + 1),
      environment: "production",
    });
  });
});

// What the server does with a query, said once more; its own tests hold it to the same.
function isListed(one: ManagedKey, query: ReturnType<typeof narrowQuery>): boolean {
  const { provider, state, kind, environment, owner, tag = [] } = query;
  const [made, used] = [one.secretCreatedAt, one.lastUsedAt];
  return (
    (provider ?? one.provider) === one.provider &&
    (state ?? one.state) === one.state &&
    (kind ?? one.kind) === one.kind &&
    (environment ?? one.environment) === one.environment &&
    (owner === undefined || owner === one.owner) &&
    [tag].flat().every((wanted) => one.tags.includes(wanted)) &&
    (query.secretCreatedBefore === undefined || made < query.secretCreatedBefore) &&
    (query.secretCreatedFrom === undefined || made >= query.secretCreatedFrom) &&
    (query.usedBefore === undefined || (used !== null && used < query.usedBefore)) &&
    (query.usedFrom === undefined || (used !== null && used >= query.usedFrom)) &&
    (query.unusedSince === undefined || (used ?? one.createdAt) < query.unusedSince)
  );
}
