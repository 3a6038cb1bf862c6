import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePostgresPlace, makeSqlitePlace, postgresIsMissing, postgresNote } from "./stores.ts";

it("counts are not shared where one process has the database", async () => {
  expect((await makeSqlitePlace().openKeys()).rates).toBeNull();
});

describe.skipIf(postgresIsMissing)(`rates that processes share in a PostgreSQL${postgresNote}`, () => {
  it("are never exceeded, however many take at once", async () => {
    const place = makePostgresPlace();
    const processes = await Promise.all([1, 2, 3, 4].map(() => place.openKeys()));
    const limit = { id: "key_1", windowMs: 60_000, limit: 50 };
    const grants = await Promise.all(
      Array.from({ length: 80 }, async (_, index) =>
        processes[index % 4]?.rates?.take({ ...limit, wanted: 3 }),
      ),
    );
    const granted = grants.reduce((sum, grant) => sum + (grant?.granted ?? 0), 0);
    expect(granted).toBe(50);
    place.clock.advance(61_200);
    expect(await processes[0]?.rates?.take({ ...limit, wanted: 60 })).toMatchObject({ granted: 50 });
  });

  it("are forgotten once nothing is counted in them, and not before", async () => {
    const place = makePostgresPlace();
    const { rates } = await place.openKeys();
    if (rates === null) throw new Error("no rates");
    await rates.take({ id: "key_1", windowMs: 60_000, limit: 5, wanted: 5 });
    await rates.take({ id: "key_2", windowMs: 3_600_000, limit: 5, wanted: 5 });
    expect(await rates.prune()).toBe(0);
    place.clock.advance(62_400);
    expect(await rates.prune()).toBe(1);
    expect(await rates.take({ id: "key_2", windowMs: 3_600_000, limit: 5, wanted: 1 })).toMatchObject({
      granted: 0,
    });
  });

  it("slide: no stretch of a window's length has more than the limit, and none waits much longer", async () => {
    const place = makePostgresPlace();
    const { rates } = await place.openKeys();
    if (rates === null) throw new Error("no rates");
    let id = 0;
    const step = fc.record({ afterMs: fc.nat(3000), wanted: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        id += 1;
        const taken: { atMs: number; granted: number }[] = [];
        const within = (ms: number) =>
          taken
            .filter(({ atMs }) => atMs > place.clock() - ms)
            .reduce((sum, { granted }) => sum + granted, 0);
        for (const { afterMs, wanted } of steps) {
          place.clock.advance(afterMs);
          const { granted, slotStartMs } = await rates.take({
            id: `k${id}`,
            windowMs: 5000,
            limit: 5,
            wanted,
          });
          const before = within(5000);
          expect(before + granted).toBeLessThanOrEqual(5);
          expect(granted).toBeGreaterThanOrEqual(Math.min(wanted, 5 - within(5100)));
          // Some of it is not used after all.
          const unused = granted > 2 ? 1 : 0;
          if (unused > 0) await rates.giveBack({ id: `k${id}`, windowMs: 5000, slotStartMs, unused });
          taken.push({ atMs: place.clock(), granted: granted - unused });
        }
      }),
      { numRuns: 20 },
    );
  });
});
