import { openRepository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  findBaseline,
  findDoubts,
  findStarts,
  orderBeside,
  partBeside,
} from "../src/repositories/baseline.ts";
import { requireClosed } from "../src/repositories/require-closed.ts";
import type { PushFact } from "@keywarden/storage";

const id = (value: number): string => (value === 0 ? "0" : value.toString(16)).padStart(40, "0");
const minute = 60_000;
let deliveries = 0;
const push = (ref: string, before: number, after: number, minutes: number): PushFact => ({
  delivery: `d-${(deliveries += 1)}`,
  ref,
  before: id(before),
  after: id(after),
  pushedAtMs: minutes * minute,
  isSurelyBefore: true,
});
const about = (...push_: Parameters<typeof push>): PushFact => ({ ...push(...push_), isSurelyBefore: false });
const listing = (refs: Readonly<Record<string, number>>) => ({
  refs: new Map(Object.entries(refs).map(([ref, value]) => [ref, id(value)])),
});

const findBaselineTips = (...facts: Parameters<typeof findBaseline>): readonly string[] =>
  [...findBaseline(...facts).values()].flat().toSorted();

const doubtsIn = (...facts: Parameters<typeof findDoubts>) => [...findDoubts(...facts).values()];

describe("findBaseline", () => {
  test("what the listing names is history where no push is known", () => {
    expect(findBaselineTips(listing({ main: 1, old: 2 }), [])).toEqual([id(1), id(2)]);
  });

  test("a push before the listing is taken back", () => {
    expect(findBaselineTips(listing({ main: 2 }), [push("main", 1, 2, 990)])).toEqual([id(1)]);
  });

  test("a push that arrives late shrinks the baseline", () => {
    const late = push("main", 1, 2, 980);
    expect(findBaselineTips(listing({ main: 3 }), [push("main", 2, 3, 990)])).toEqual([id(2)]);
    expect(findBaselineTips(listing({ main: 3 }), [push("main", 2, 3, 990), late])).toEqual([id(1)]);
  });

  test("a gap between two known pushes hides neither: the first one says where the ref was", () => {
    const known = [push("main", 1, 2, 980), push("main", 3, 4, 990)];
    expect(findBaselineTips(listing({ main: 4 }), known)).toEqual([id(1)]);
  });

  test("a ref that a push created before the listing was not there", () => {
    expect(findBaselineTips(listing({ main: 1, topic: 5 }), [push("topic", 0, 5, 990)])).toEqual([id(1)]);
  });

  test("a ref that was not there is not named at all", () => {
    expect([
      ...findBaseline(listing({}), [push("topic", 0, 5, 990), push("topic", 5, 0, 991)]).keys(),
    ]).toEqual([]);
  });

  test("one push that came before the listing tells where the ref was, whatever is missing after it", () => {
    const known = [push("main", 1, 2, 990), about("main", 3, 4, 1_000)];
    expect(doubtsIn(listing({ main: 9 }), known)).toEqual([]);
    expect(findBaselineTips(listing({ main: 9 }), known)).toEqual([id(1)]);
  });

  test("a ref that a push deleted before the listing had been there", () => {
    expect(findBaselineTips(listing({ main: 1 }), [push("old", 7, 0, 990)])).toEqual([id(1), id(7)]);
  });

  test("pushes of one second follow each other by their ids", () => {
    const known = [push("main", 2, 3, 990), push("main", 1, 2, 990)];
    expect(findBaselineTips(listing({ main: 3 }), known)).toEqual([id(1)]);
  });

  test("a ref that was deleted twice within a second was there", () => {
    const known = [push("a", 1, 0, 990), push("a", 0, 1, 990), push("a", 1, 0, 990), push("a", 0, 1, 992)];
    expect(findBaselineTips(listing({ a: 1 }), known)).toEqual([id(1)]);
    expect(findBaselineTips(listing({ a: 1 }), [...known, ...known])).toEqual([id(1)]);
  });

  test("a ref that was made and deleted within a second was not there, and one deleted and made again was", () => {
    const made = [push("a", 0, 7, 990), push("a", 7, 0, 990)];
    expect(findBaselineTips(listing({}), made)).toEqual([]);
    expect(findBaselineTips(listing({ a: 7 }), made)).toEqual([id(7)]);
    const back = [push("a", 1, 2, 990), push("a", 2, 1, 990), push("a", 1, 3, 990)];
    expect(findBaselineTips(listing({ a: 3 }), back)).toEqual([id(1)]);
  });

  test("for any pushes before the listing, known in any order, it gives the refs as they were", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        (steps, order, perMinute) => {
          const start = new Map([
            ["a", 1],
            ["b", 2],
          ]);
          const now = new Map(start);
          const pushes = steps.flatMap(({ ref, after }, index) => {
            const before = now.get(ref) ?? 0;
            if (before === after) return [];
            if (after === 0) now.delete(ref);
            else now.set(ref, after);
            return [push(ref, before, after, 900 + Math.floor(index / perMinute))];
          });
          const known = pushes
            .map((known) => ({ known, key: order.next().value ?? 0 }))
            .toSorted((one, other) => one.key - other.key)
            .map(({ known }) => known);
          const twice = [...known, ...known.slice(0, 3)];
          const expected = [...start.values()].map(id).toSorted();
          expect(findBaselineTips(listing(Object.fromEntries(now)), twice)).toEqual(expected);
        },
      ),
    );
  });

  test("of a push that came about when the refs were read, the ids tell whether they hold it already", () => {
    expect(findBaselineTips(listing({ main: 2 }), [about("main", 1, 2, 1_000)])).toEqual([id(1)]);
    expect(findBaselineTips(listing({ main: 1 }), [about("main", 1, 2, 1_000)])).toEqual([id(1)]);
    expect(findBaselineTips(listing({ topic: 2 }), [about("topic", 0, 2, 1_000)])).toEqual([]);
    expect(findBaselineTips(listing({ topic: 2 }), [about("topic", 2, 0, 1_000)])).toEqual([id(2)]);
    expect(findBaselineTips(listing({}), [about("topic", 2, 0, 1_000)])).toEqual([id(2)]);
  });

  test("while pushes between are missing, what is listed and what they began with may both be the first", () => {
    const known = [about("main", 1, 2, 1_000)];
    expect(findBaselineTips(listing({ main: 3 }), known)).toEqual([id(1), id(3)]);
    expect(doubtsIn(listing({ main: 3 }), known)).toEqual([[id(1), id(3)]]);
    expect(doubtsIn(listing({}), known)).toEqual([[id(0), id(1)]]);
    const whole = [...known, about("main", 2, 3, 1_001)];
    expect(findBaselineTips(listing({ main: 3 }), whole)).toEqual([id(1)]);
    expect(doubtsIn(listing({ main: 3 }), whole)).toEqual([]);
    expect(doubtsIn(listing({ main: 3 }), [about("main", 3, 1, 999), ...known])).toEqual([]);
  });

  test("of two pushes of one second between which one is missing, either may be the first", () => {
    const known = [push("main", 1, 2, 990), push("main", 3, 4, 990)];
    expect(doubtsIn(listing({ main: 4 }), known)).toEqual([[id(1), id(3)]]);
    expect(doubtsIn(listing({ main: 4 }), [...known, push("main", 2, 3, 990)])).toEqual([]);
  });

  test("where a ref went round within the second in which it was read, each of its places may be the first", () => {
    const round = [about("main", 1, 2, 1_000), about("main", 2, 1, 1_000)];
    expect(findBaselineTips(listing({ main: 2 }), round)).toEqual([id(1), id(2)]);
    expect(doubtsIn(listing({ main: 2 }), round)).toEqual([[id(1), id(2)]]);
    for (const end of [1, 2]) {
      const { refs } = listing({ main: end });
      expect([...findBaseline(listing({ main: 2 }), round, refs).values()]).toEqual([[id(end)]]);
      expect([...findDoubts(listing({ main: 2 }), round, refs)]).toEqual([]);
    }
    // What the refs name since is none of its places, so another push is missing, and tells nothing.
    const elsewhere = listing({ main: 5 }).refs;
    expect([...findDoubts(listing({ main: 1 }), round, elsewhere).values()]).toEqual([[id(1), id(2)]]);
    const made = [push("topic", 0, 2, 1_000), about("topic", 2, 0, 1_000)];
    expect(findBaselineTips(listing({ topic: 2 }), made)).toEqual([]);
    expect(doubtsIn(listing({ topic: 2 }), made)).toEqual([]);
  });

  test("whichever of the pushes came before the refs were read, it gives the refs as they were", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.nat(12),
        fc.infiniteStream(fc.boolean()),
        (steps, listedAfter, known) => {
          const start = new Map([
            ["a", 1],
            ["b", 2],
          ]);
          const now = new Map(start);
          let listed = listedAfter === 0 ? listing(Object.fromEntries(now)) : null;
          const pushes = steps.flatMap(({ ref, after }, index) => {
            const before = now.get(ref) ?? 0;
            if (after === 0) now.delete(ref);
            else now.set(ref, after);
            const isSurelyBefore = listed === null && known.next().value;
            if (index + 1 === listedAfter) listed = listing(Object.fromEntries(now));
            return before === after ? [] : [{ ...push(ref, before, after, 900 + index), isSurelyBefore }];
          });
          const expected = [...start.values()].map(id).toSorted();
          const read = listed ?? listing(Object.fromEntries(now));
          expect(findBaselineTips(read, pushes.toReversed())).toEqual(expected);
          expect(doubtsIn(read, pushes)).toEqual([]);
        },
      ),
    );
  });

  test("nothing depends on the order of what is known, whatever is missing", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: 0 }), (known) => {
        const sorted = some.filter((one) => known.includes(one));
        const refs = listing({ main: 4, topic: 8 });
        expect(findBaselineTips(refs, known)).toEqual(findBaselineTips(refs, sorted));
      }),
    );
  });
});

describe("findStarts", () => {
  test("tells where a ref was before what is known of it, and nothing of one that went round", () => {
    const known = [push("main", 2, 3, 2_000), push("main", 3, 4, 2_001), push("topic", 0, 5, 2_000)];
    expect(findStarts([...known, ...known])).toEqual(
      new Map([
        ["main", id(2)],
        ["topic", id(0)],
      ]),
    );
    expect(findStarts([push("main", 1, 2, 2_000), push("main", 2, 1, 2_000)])).toEqual(new Map());
  });
});

describe("partBeside", () => {
  test("takes for later only what the clocks can say came after the listing", () => {
    const beside = { listedAtMs: 1_000 * minute, answeredAtMs: 1_000 * minute };
    const pushes = [push("main", 1, 2, 1_500), about("main", 2, 3, 1_001), about("main", 3, 4, 1_002)];
    const { first, later } = partBeside(pushes, beside);
    expect([first, later]).toEqual([pushes.slice(0, 2), pushes.slice(2)]);
  });
});

const step = fc.record({ ref: fc.constantFrom("a", "b", "c"), after: fc.constantFrom(0, 1, 2, 3) });
const some = [
  push("main", 1, 2, 980),
  push("main", 2, 3, 985),
  push("main", 3, 2, 985),
  push("main", 2, 4, 999),
  push("topic", 0, 7, 990),
  push("topic", 7, 8, 1_000),
];

test.each([
  [-60_001, "before"],
  [-60_000, "about-then"],
  [0, "about-then"],
  [60_500, "about-then"],
  [60_501, "after"],
] as const)("a push %i ms beside a listing that took half a second came %s", (ms, order) => {
  const listedAtMs = 1_000_000;
  expect(orderBeside(listedAtMs + ms, { listedAtMs, answeredAtMs: listedAtMs + 500 })).toBe(order);
});

test("a clock that is set back while the refs are read makes nothing come after", () => {
  const listedAtMs = 1_000_000;
  expect(orderBeside(listedAtMs + 60_000, { listedAtMs, answeredAtMs: 0 })).toBe("about-then");
});

describe("a new key, while GitHub may not list every push of before the refs were read", () => {
  const nowMs = 5_000;
  const judge = async (introducedBy: readonly (readonly [key: string, by: "older" | "later" | "tag"])[]) => {
    using origin = await makeRepository();
    const older = await origin.commit("older");
    const later = await origin.commit("later");
    await origin.git("tag", "--annotate", "--message", "tag", "tag");
    const tag = await origin.git("rev-parse", "tag");
    const seconds = Number(await origin.git("show", "--no-patch", "--format=%ct", later));
    const repository = await openRepository(origin.path, origin.env);
    const found = introducedBy.map(([key, by]) => ({
      fingerprint: key,
      by: { older, later, tag }[by],
    }));
    const open = { sinceMs: seconds * 1000 + 900, untilMs: nowMs + 10_000 };
    await requireClosed(repository, { open }, found, (one) => one !== tag, nowMs);
  };

  test("is new where a commit brings it that was made after that", () =>
    expect(
      judge([
        ["a", "older"],
        ["a", "later"],
      ]),
    ).resolves.toBeUndefined());

  test.each([
    ["only an older commit brings it", [["a", "older"]]],
    [
      "it is another key that a later commit brings",
      [
        ["a", "older"],
        ["b", "later"],
      ],
    ],
    ["a tag brings it, whose time is not known", [["a", "tag"]]],
  ] as const)("waits where %s", (_, introducedBy) =>
    expect(judge(introducedBy)).rejects.toMatchObject({
      code: "REPOSITORY_UNSETTLED",
      retryAfterMs: 10_000,
    }),
  );
});
