import { providersOf } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { inventoryNowMs as nowMs, makeInventory, makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { makeDepartures } from "../src/departures.ts";
import { isLiveRow, makeJudge, makeKeyRow, rankNext } from "../src/index.ts";

const judge = makeJudge(providersOf([]));
const day = 86_400_000;
const ago = (days: number): string => new Date(nowMs - days * day).toISOString();

function rowOf(id: string, facts: Partial<ManagedKey>) {
  const made = { createdAt: ago(10), secretCreatedAt: ago(10), trackingSince: ago(10), lastUsedAt: ago(0) };
  return makeKeyRow(makeManagedKey({ id, name: id, ...made, ...facts }), judge, nowMs);
}

const old = { createdAt: ago(400), secretCreatedAt: ago(400), trackingSince: ago(400) };

describe("rankNext", () => {
  it("puts alerts first, then overdue production, grace, other overdue keys and unused ones", () => {
    const rows = [
      rowOf("fresh", {}),
      rowOf("unused", { createdAt: ago(85), trackingSince: ago(400), lastUsedAt: ago(200) }),
      rowOf("publishable", { ...old, kind: "publishable" }),
      rowOf("sandbox", { ...old, environment: "sandbox" }),
      rowOf("grace", { grace: { until: ago(-1), remainingSeconds: 3600 } }),
      rowOf("production", old),
      rowOf("noticed", old),
      rowOf("gone", { ...old, state: "revoked", revokedAt: ago(1) }),
    ];
    const alerts = [{ keyId: "noticed", atMs: nowMs, text: "called from a new country" }];
    const next = rankNext(rows, nowMs, alerts);
    expect(next.map(({ row }) => row.id)).toEqual([
      "noticed",
      "production",
      "grace",
      "sandbox",
      "unused",
      "publishable",
    ]);
    expect(next.map(({ todo }) => todo)).toEqual(["look", "rotate", "finish", "rotate", "revoke", "rotate"]);
  });

  it("puts what is exposed above all, then alerts, stopped rotations and what departed owners know", () => {
    const rows = [
      rowOf("overdue", old),
      rowOf("left", { owner: "bob" }),
      rowOf("made since", { owner: "bob", secretCreatedAt: ago(0.5) }),
      rowOf("left some day", { owner: "cid" }),
      rowOf("stopped", {}),
      rowOf("noticed", {}),
      rowOf("exposed", {}),
      rowOf("shown on purpose", { kind: "publishable" }),
    ];
    const next = rankNext(rows, nowMs, {
      exposures: ["exposed", "shown on purpose"].map((keyId) => ({ keyId, atMs: nowMs, where: "acme/web" })),
      alerts: [{ keyId: "noticed", atMs: nowMs, text: "called from a new country" }],
      rotations: [{ keyId: "stopped", atMs: nowMs - day, step: "deliver", hasFailed: true }],
      departures: makeDepartures([
        { member: " BOB", leftAtMs: nowMs - day },
        { member: "cid", leftAtMs: null },
      ]),
    });
    expect(next.map(({ row, reason }) => [row.id, reason])).toEqual([
      ["exposed", "exposed"],
      ["noticed", "alert"],
      ["stopped", "stopped"],
      ["left some day", "departed"],
      ["left", "departed"],
      ["overdue", "overdue"],
    ]);
    expect(next[0]?.what).toBe("found just now in acme/web, and it still works");
  });

  it("puts production first among what a departed owner may know, and keeps the deadline of what is overdue", () => {
    const rows = [
      rowOf("a sandbox", { owner: "cid", environment: "sandbox" }),
      rowOf("overdue", { ...old, owner: "cid" }),
      rowOf("production", { owner: "cid" }),
    ];
    const next = rankNext(rows, nowMs, { departures: makeDepartures([{ member: "cid", leftAtMs: null }]) });
    expect(next.map(({ row }) => row.id)).toEqual(["overdue", "production", "a sandbox"]);
    expect(next.map(({ byMs }) => byMs !== null)).toEqual([true, false, false]);
    expect(next[0]?.what).toMatch(/cid has left, nobody says when, and may know it; overdue for \d+d/);
  });

  it("names each live key at most once, whatever the order of the rows", () => {
    const rows = makeInventory(200).map((key) => makeKeyRow(key, judge, nowMs));
    const next = rankNext(rows, nowMs);
    expect(new Set(next.map(({ row }) => row.id)).size).toBe(next.length);
    expect(next.every(({ row }) => isLiveRow(row))).toBe(true);
    expect(rankNext(rows.toReversed(), nowMs)).toEqual(next);
  });
});
