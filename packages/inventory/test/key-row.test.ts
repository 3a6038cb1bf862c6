import { aforo, providersOf } from "@keywarden/key-format";
import { makeKey, makeInventory, makeManagedKey, inventoryNowMs as nowMs } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeRotation } from "../src/describe-status.ts";
import { columns, makeJudge, sortRows, timeFacts } from "../src/index.ts";
import { makeKeyRow, type KeyRow } from "../src/key-row.ts";
import { PackedKey } from "../src/packed-key.ts";

const judge = makeJudge(providersOf([]));
const rowOf = (key: Parameters<typeof makeKeyRow>[0], atMs = nowMs, earlier?: KeyRow): KeyRow =>
  makeKeyRow(key, judge, atMs, earlier);

describe("a row", () => {
  it("masks a whole key that somebody used as a name, a tag or an owner", () => {
    const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 7);
    const row = rowOf(
      makeManagedKey({ name: `old ${secret.reveal()}`, tags: [secret.reveal()], owner: secret.reveal() }),
      nowMs,
    );
    const { name, provider, label, redacted, owner, tags, permissions, haystack } = row;
    const shown = { name, provider, label, redacted, owner, tags, permissions, haystack };
    expect(JSON.stringify(shown)).not.toContain(secret.reveal());
    expect(name).toMatch(/^old sk_live_/);
  });

  it("is as urgent on the page of its key as in a list", () => {
    for (const key of makeInventory(60)) {
      const row = rowOf(key);
      const standing = timeFacts(row, judge, nowMs).find(({ label }) => label === "rotation");
      expect([key.environment, standing?.tone]).toEqual([key.environment, columns.rotation.tone(row)]);
    }
  });

  it("says before everything else that its key is being replaced, unless its state says so itself", () => {
    const mark = (key: Parameters<typeof makeKeyRow>[0]) => rowOf(key).judged(judge, nowMs, true);
    const { rotation } = columns;
    expect(rotation.text(mark(makeManagedKey()), nowMs)).toBe("being replaced, fresh");
    expect(rotation.text(mark(makeManagedKey()).judged(judge, nowMs, false), nowMs)).toBe("fresh");
    // What is told of the key later leaves the mark to whoever knows of rotations.
    expect(rowOf(makeManagedKey({ name: "other" }), nowMs, mark(makeManagedKey())).isBeingReplaced).toBe(
      true,
    );
    const grace = { until: new Date(nowMs + 60_000).toISOString(), remainingSeconds: 60 };
    expect(rotation.text(mark(makeManagedKey({ grace })), nowMs)).toMatch(/^in grace /);
  });

  it("says that its key is disabled, in the list and since when among its facts", () => {
    const disabledAt = new Date(nowMs - 86_400_000).toISOString();
    const row = rowOf(makeManagedKey({ state: "disabled", disabledAt }));
    expect(columns.rotation.text(row, nowMs)).toBe("disabled, fresh");
    expect(columns.rotation.tone(row)).not.toBe("good");
    expect(timeFacts(row, judge, nowMs)).toContainEqual(
      expect.objectContaining({ label: "disabled", text: expect.stringMatching(/^1d ago/) }),
    );
    expect(timeFacts(rowOf(makeManagedKey()), judge, nowMs).map(({ label }) => label)).not.toContain(
      "disabled",
    );
  });

  it("never shows more than four last characters, even when the server sends more", () => {
    expect(rowOf(makeManagedKey({ lastFour: "secretabcd" }), nowMs).redacted).toBe("sk_live_…abcd");
  });

  it("counts a grace period from the seconds that remain, not from the server's clock", () => {
    const skewed = makeManagedKey({ grace: { until: "2031-01-01T00:00:00Z", remainingSeconds: 300 } });
    const row = rowOf(skewed, nowMs);
    expect(describeRotation(row.rotation, nowMs)).toBe("in grace 5m 00s");
    expect(describeRotation(row.rotation, nowMs + 60_001)).toBe("in grace 3m 59s");
  });

  it("keeps the earliest estimate of a deadline, because answers only ever arrive late", () => {
    const key = makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 300 } });
    const first = rowOf(key, nowMs);
    const later = makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 296 } });
    expect(rowOf(later, nowMs + 5000, first).facts.graceUntilMs).toBe(nowMs + 300_000);
    expect(rowOf({ ...later, generation: 4 }, nowMs + 5000, first).facts.graceUntilMs).toBe(nowMs + 301_000);
  });

  it("leaves its grace period at the very millisecond at which it ends", () => {
    const row = rowOf(
      makeManagedKey({ grace: { until: "2026-11-20T12:05:00Z", remainingSeconds: 300 } }),
      nowMs,
    );
    expect(row.judged(judge, nowMs + 299_999).rotation.state).toBe("in-grace");
    expect(row.judged(judge, nowMs + 300_000).rotation.state).toBe("fresh");
  });

  it("believes a revocation of a server whose clock is ahead", () => {
    const revokedAt = new Date(nowMs + 3_600_000).toISOString();
    expect(rowOf(makeManagedKey({ state: "revoked", revokedAt }), nowMs).rotation.state).toBe("revoked");
  });

  it("of a provider without a profile follows the default policy and says so", () => {
    const row = rowOf(makeManagedKey({ provider: "acme", ageDays: 91 }), nowMs);
    expect(row.rotation.state).toBe("overdue");
    expect(judge.policyOf("acme").source).toMatch(/default/);
    expect(judge.policyOf("example").source).toMatch(/documentation/);
  });
});

describe("a packed key", () => {
  const instant = fc.oneof(
    fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }).map((atMs) => new Date(atMs).toISOString()),
    fc.constantFrom(
      "2026-11-20T12:00:00Z",
      "2026-11-20T12:00:00.000+02:00",
      "2026-11-20T12:00:00.1234Z",
      "no time",
    ),
  );
  const text = fc.constantFrom("ann", "bob", "");
  const key = fc.record({
    name: text,
    owner: fc.option(text),
    tags: fc.array(text),
    permissions: fc.option(fc.array(text)),
    createdAt: instant,
    secretCreatedAt: instant,
    trackingSince: instant,
    lastUsedAt: fc.option(instant),
    expiresAt: fc.option(instant),
    revokedAt: fc.option(instant),
    generation: fc.nat(3),
    replaces: fc.option(text),
    grace: fc.option(fc.record({ until: instant, remainingSeconds: fc.nat(9) })),
    metadata: fc.option(fc.dictionary(text, text), { nil: undefined }),
    restrictions: fc.option(fc.record({ tenant: text }), { nil: undefined }),
  });

  it("has every member as it was told, and is judged as the key that was told", () => {
    fc.assert(
      fc.property(key, (given) => {
        const told = { ...makeManagedKey(), ...given };
        const packed = new PackedKey(told);
        for (const name of Object.keys(told) as readonly (keyof typeof told)[])
          expect([name, packed[name]]).toEqual([name, told[name]]);
        const [row, plain] = [rowOf(packed), rowOf(told)];
        for (const part of ["facts", "rotation", "usage", "haystack", "redacted"] as const)
          expect(row[part]).toEqual(plain[part]);
        expect([row.secretCreatedAtMs, row.lastUsedAtMs]).toEqual([
          plain.secretCreatedAtMs,
          plain.lastUsedAtMs,
        ]);
      }),
    );
  });
});

describe("sorting", () => {
  const rows = makeInventory(120).map((key) => rowOf(key, nowMs));

  it("puts the longest overdue first", () => {
    const [first, second] = sortRows(rows, { column: "rotation", direction: "ascending" });
    expect(first?.rotation.state).toBe("overdue");
    expect(first?.facts.secretCreatedAtMs).toBeLessThanOrEqual(second?.facts.secretCreatedAtMs ?? 0);
  });

  it("gives the same order whatever order the rows came in", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...rows], { minLength: rows.length }),
        fc.constantFrom(...Object.values(columns).map(({ id }) => id)),
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

  it("puts keys that were never used behind all others by last use", () => {
    const last = sortRows(rows, { column: "last-used", direction: "ascending" }).at(-1);
    expect(last?.facts.lastUsedAtMs).toBeNull();
  });
});
