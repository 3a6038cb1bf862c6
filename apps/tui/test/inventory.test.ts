import fc from "fast-check";
import { aforo } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { columns, placeColumns } from "../src/inventory/columns.ts";
import { describeRotation } from "../src/inventory/describe-status.ts";
import { assessRow, makeKeyRow } from "../src/inventory/key-row.ts";
import { policyOf } from "../src/inventory/policies.ts";
import { nextSort, sortRows } from "../src/inventory/sort-rows.ts";
import { settleViewport } from "../src/inventory/viewport.ts";
import { makeInventory, makeManagedKey, nowMs } from "./make-managed-key.ts";

describe("a row", () => {
  it("masks a whole key that somebody used as a name, a tag or an owner", () => {
    const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 7);
    const row = makeKeyRow(
      makeManagedKey({ name: `old ${secret.reveal()}`, tags: [secret.reveal()], owner: secret.reveal() }),
      nowMs,
    );
    expect(JSON.stringify(row)).not.toContain(secret.reveal());
    expect(row.name).toMatch(/^old sk_live_/);
  });

  it("never shows more than four last characters, even when the server sends more", () => {
    expect(makeKeyRow(makeManagedKey({ lastFour: "secretabcd" }), nowMs).redacted).toBe("sk_live_…abcd");
  });

  it("counts a grace period from the seconds that remain, not from the server's clock", () => {
    const skewed = makeManagedKey({ grace: { until: "2031-01-01T00:00:00Z", remainingSeconds: 300 } });
    const row = makeKeyRow(skewed, nowMs);
    expect(describeRotation(row.rotation, nowMs)).toBe("in grace 5m 00s");
    expect(describeRotation(row.rotation, nowMs + 60_001)).toBe("in grace 3m 59s");
  });

  it("keeps the earliest estimate of a deadline, because answers only ever arrive late", () => {
    const key = makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 300 } });
    const first = makeKeyRow(key, nowMs);
    const later = makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 296 } });
    expect(makeKeyRow(later, nowMs + 5000, first).facts.graceUntilMs).toBe(nowMs + 300_000);
    expect(makeKeyRow({ ...later, generation: 4 }, nowMs + 5000, first).facts.graceUntilMs).toBe(
      nowMs + 301_000,
    );
  });

  it("leaves its grace period at the very millisecond at which it ends", () => {
    const row = makeKeyRow(
      makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 300 } }),
      nowMs,
    );
    expect(assessRow(row, nowMs + 299_999).rotation.state).toBe("in-grace");
    expect(assessRow(row, nowMs + 300_000).rotation.state).toBe("fresh");
  });

  it("believes a revocation of a server whose clock is ahead", () => {
    const revokedAt = new Date(nowMs + 3_600_000).toISOString();
    expect(makeKeyRow(makeManagedKey({ state: "revoked", revokedAt }), nowMs).rotation.state).toBe("revoked");
  });

  it("of a provider that is not built in follows the default policy and says so", () => {
    const row = makeKeyRow(makeManagedKey({ provider: "acme", ageDays: 91 }), nowMs);
    expect(row.rotation.state).toBe("overdue");
    expect(policyOf("acme").source).toMatch(/default/);
    expect(policyOf("example").source).toMatch(/documentation/);
  });
});

describe("columns", () => {
  it("never need more room than the terminal has, and always keep the name", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 14, max: 300 }),
        fc.integer({ min: 0, max: 200 }),
        (width, longestName) => {
          const placed = placeColumns(width, longestName);
          const used = placed.reduce((sum, { cells }) => sum + cells + 2, -2);
          expect(used).toBeLessThanOrEqual(width);
          expect(placed[0]?.id).toBe("name");
        },
      ),
    );
  });

  it("show name and rotation at 38 cells, and all of them at 126", () => {
    expect(placeColumns(38, 20).map(({ id }) => id)).toEqual(["name", "state"]);
    expect(placeColumns(126, 14)).toHaveLength(columns.length);
  });
});

describe("sorting", () => {
  const rows = makeInventory(120).map((key) => makeKeyRow(key, nowMs));

  it("puts the longest overdue first", () => {
    const [first, second] = sortRows(rows, { column: "state", direction: "ascending" });
    expect(first?.rotation.state).toBe("overdue");
    expect(first?.facts.secretCreatedAtMs).toBeLessThanOrEqual(second?.facts.secretCreatedAtMs ?? 0);
  });

  it("gives the same order whatever order the rows came in", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...rows], { minLength: rows.length }),
        fc.constantFrom(...columns.map(({ id }) => id)),
        fc.constantFrom("ascending" as const, "descending" as const),
        (shuffled, column, direction) => {
          const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
          expect(ids(sortRows(shuffled, { column, direction }))).toEqual(
            ids(sortRows(rows, { column, direction })),
          );
        },
      ),
    );
  });

  it("turns round when the same column is asked for again", () => {
    const byName = nextSort({ column: "state", direction: "ascending" }, "name");
    expect(byName).toEqual({ column: "name", direction: "ascending" });
    expect(nextSort(byName, "name").direction).toBe("descending");
  });

  it("puts keys that were never used behind all others by last use", () => {
    const last = sortRows(rows, { column: "last-used", direction: "ascending" }).at(-1);
    expect(last?.facts.lastUsedAtMs).toBeNull();
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
