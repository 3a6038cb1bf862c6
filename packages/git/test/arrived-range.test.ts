import { listObjectIds, listObjectIdsOfEach, listWithin, openRepository } from "@keywarden/git";
import { makeRepository, writeHistory } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";
import { planCommits } from "./plan-commits.ts";

const plans = fc
  .array(
    fc.record({
      files: fc.dictionary(
        fc.constantFrom("a", "b", "one/c", "one/two/d", "other/c"),
        fc.constantFrom("x", "y", "z"),
      ),
      back: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map(planCommits);
const numbers = fc.array(fc.nat({ max: 8 }), { maxLength: 3 });

describe("a range of what has arrived", () => {
  it("is listed as git lists it, however it is told", async () => {
    await fc.assert(
      fc.asyncProperty(plans, numbers, numbers, numbers, async (plan, old, including, excluding) => {
        using repo = await makeRepository();
        const ids = await writeHistory(repo, plan);
        const named = (chosen: readonly number[]): string[] => [
          ...new Set(chosen.flatMap((index) => ids[index] ?? [])),
        ];
        const whole = await openRepository(repo.path, repo.env);
        const all = (await collect(listObjectIds(whole, { include: ids, exclude: [] }))).flat();
        const before = (await collect(listObjectIds(whole, { include: named(old), exclude: [] }))).flat();
        const arrived = new Set(all.filter((id) => !before.includes(id)));
        const ranges = [
          { include: named(including), exclude: named(excluding) },
          // A push: all that has arrived, built on what was there.
          { include: ids.filter((id) => arrived.has(id)), exclude: named(old) },
        ].filter(({ include }) => include.length > 0);
        const mirror = { ...whole, keepsReader: true, arrived: { ids: arrived } };
        for (const range of ranges) {
          const expected = (await collect(listObjectIds(whole, range))).flat().toSorted();
          const listed = (await collect(listObjectIds(mirror, range))).flat();
          expect(listed.toSorted()).toEqual(expected);
          expect((await listObjectIdsOfEach(mirror, [range])).map((one) => one.toSorted())).toEqual([
            expected,
          ]);
          expect(await listWithin(mirror, ids, range)).toEqual(await listWithin(whole, ids, range));
        }
      }),
      { numRuns: 8 },
    );
  });

  it("is told without git for a push of new files, and not where an older file comes back", async () => {
    using repo = await makeRepository();
    const base = new Map([
      ["a", "x"],
      ["one/c", "y"],
    ]);
    const contents = [base, new Map([["one/c", "y"]]), new Map([...base, ["b", "z"]])];
    const ids = await writeHistory(
      repo,
      contents.map((files, index) => ({
        parents: index === 0 ? [] : [index - 1],
        files,
        message: `commit ${index}`,
        atSeconds: 1_767_225_600 + index,
      })),
    );
    const whole = await openRepository(repo.path, repo.env);
    const [first = "", second = "", third = ""] = ids;
    const isToldWithoutGit = async (old: string, pushed: string): Promise<boolean> => {
      const before = (await collect(listObjectIds(whole, { include: [old], exclude: [] }))).flat();
      const all = (await collect(listObjectIds(whole, { include: [pushed], exclude: [] }))).flat();
      const arrived = { ids: new Set(all.filter((id) => !before.includes(id))) };
      const env: Record<string, string | undefined> = { ...whole.env };
      const mirror = { ...whole, env, keepsReader: true, arrived };
      const range = { include: [pushed], exclude: [old] };
      // The kept reader runs from here on; another git would not be found.
      await collect(listObjectIds(mirror, range));
      env["PATH"] = "/nowhere";
      return collect(listObjectIds(mirror, range)).then(
        () => true,
        () => false,
      );
    };
    expect(await isToldWithoutGit(first, second)).toBe(true);
    expect(await isToldWithoutGit(second, third)).toBe(false);
  });
});
