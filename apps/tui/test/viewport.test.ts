import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceRows } from "../src/list/order-rows.ts";
import { positionColumns } from "../src/list/position-columns.ts";
import { keysScreen } from "../src/screens/keys-screen.ts";
import type { Screen } from "../src/screens/screen.ts";
import { settleViewport } from "../src/list/settle-viewport.ts";

const { columns }: Screen = keysScreen as Screen;
const longestName = (cells: number) =>
  new Map([
    ["name", cells],
    ["owner", 5],
    ["tags", 5],
    ["id", 5],
  ]);

describe("columns", () => {
  it("never need more room than the terminal has, and always keep the name", () => {
    fc.assert(
      fc.property(fc.integer({ min: 14, max: 300 }), fc.integer({ min: 0, max: 200 }), (width, longest) => {
        const placed = positionColumns(columns, width, longestName(longest));
        const used = placed.reduce((sum, { cells }) => sum + cells + 2, -2);
        expect(used).toBeLessThanOrEqual(width);
        expect(placed[0]?.id).toBe("name");
      }),
    );
  });

  it("show name and rotation at 38 cells, the last use at 118, and all of them at 172", () => {
    expect(positionColumns(columns, 118, longestName(20)).map(({ id }) => id)).toContain("last-used");
    expect(positionColumns(columns, 38, longestName(20)).map(({ id }) => id)).toEqual(["name", "rotation"]);
    expect(positionColumns(columns, 172, longestName(14))).toHaveLength(columns.length);
  });
});

describe("a wide terminal", () => {
  it("cuts no text while it has room for all of it", () => {
    const placed = positionColumns(columns, 300, longestName(120));
    expect(placed.find(({ id }) => id === "name")?.cells).toBe(120);
    expect(positionColumns(columns, 80, longestName(120))[0]?.cells).toBeLessThan(80);
  });
});

describe("the window on the list", () => {
  it("always contains the cursor and never scrolls past the end", () => {
    const any = fc.integer({ min: -1000, max: 1_000_000 });
    fc.assert(
      fc.property(
        any,
        any,
        fc.nat(200_000),
        fc.integer({ min: 1, max: 100 }),
        (cursor, top, count, height) => {
          const settled = settleViewport({ cursor, top }, count, height);
          expect(settled.cursor).toBeGreaterThanOrEqual(settled.top);
          expect(settled.cursor).toBeLessThan(settled.top + height);
          expect(settled.top).toBeLessThanOrEqual(Math.max(0, count - height));
          expect(settleViewport(settled, count, height)).toEqual(settled);
        },
      ),
    );
  });

  it("does not move while the cursor stays in sight", () => {
    expect(settleViewport({ cursor: 12, top: 10 }, 100, 10).top).toBe(10);
    expect(settleViewport({ cursor: 20, top: 10 }, 100, 10).top).toBe(11);
    expect(settleViewport({ cursor: 9, top: 10 }, 100, 10).top).toBe(9);
  });
});

describe("rows that change in a list in order", () => {
  interface Item {
    readonly id: string;
    readonly rank: number;
  }
  const order = (a: unknown, b: unknown): number => {
    const [one, other] = [a as Item, b as Item];
    return one.rank - other.rank || (one.id < other.id ? -1 : Number(one.id > other.id));
  };
  const idOf = (row: unknown): string => (row as Item).id;
  const item = fc.record({ id: fc.nat(40).map(String), rank: fc.nat(9) });
  const items = fc.uniqueArray(item, { selector: ({ id }) => id });

  it("stand where sorting everything anew would put them, also where the list was not quite in order", () => {
    fc.assert(
      fc.property(items, items, fc.boolean(), (before, fresh, hasMoved) => {
        const rows = before.toSorted(order);
        const ids = new Set(fresh.map(({ id }) => id));
        // A row whose rank time has changed is looked for where it does not stand.
        const gone = rows
          .filter(({ id }) => ids.has(id))
          .map((row, index) => (hasMoved && index === 0 ? { ...row, rank: row.rank + 20 } : row));
        const wanted = [...rows.filter(({ id }) => !ids.has(id)), ...fresh].sort(order);
        const seen = replaceRows(rows, gone, fresh.toSorted(order), order, idOf);
        expect(seen).toEqual(wanted);
        expect(rows).toEqual(before.toSorted(order));
      }),
    );
  });
});
