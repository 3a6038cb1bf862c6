import { makeManagedKey, inventoryNowMs as nowMs } from "@keywarden/testing";
import { printOnce } from "../src/print-once.ts";
import { describe, expect, it } from "vitest";
import { drive } from "./drive.ts";

const ago = (days: number): string => new Date(nowMs - days * 86_400_000).toISOString();

it("are printed for programs with moments as they are, and each field once", async () => {
  const print = async (screen: "audit" | "tokens" | "keys", format: "json" | "csv") => {
    const state = {
      server: "here",
      judge: drive().state.judge,
      isWritable: false,
      columns: 120,
      rows: 40,
      nowMs,
    };
    const token = {
      id: "tok_1",
      name: "nightly",
      role: "reader" as const,
      limits: null,
      createdAt: ago(9),
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
    };
    const entry = {
      sequence: 1,
      at: ago(1),
      actor: "ann",
      action: "key.rotated",
      subject: makeManagedKey().id,
      provider: null,
      details: { actorId: "tok_1" },
      hash: "0".repeat(64),
    };
    const { text } = await printOnce({
      state,
      screen,
      filter: "",
      format,
      now: () => nowMs,
      makePerformer: (send) => (effect) => {
        const keys = [makeManagedKey()];
        if (effect.kind === "load")
          send({ kind: "page", loadId: effect.loadId, keys, total: 1, isLast: true });
        if (effect.kind === "read-source" && screen === "audit")
          send({ kind: "source-read", source: "audit", subject: null, value: [entry] });
        else if (effect.kind === "read-source")
          send({ kind: "source-read", source: "tokens", subject: null, value: [token] });
        return Promise.resolve();
      },
    });
    return text;
  };
  expect(await print("tokens", "json")).toContain(`"made": "${ago(9)}"`);
  expect(await print("tokens", "json")).toContain(`"used": null`);
  expect(await print("tokens", "csv")).toContain(`nightly,reader,active,${ago(9)},,`);
  // People are told names, and programs what can be looked up.
  expect(await print("audit", "csv")).toContain(`ann,actorId tok_1,${makeManagedKey().id}`);
  const keys = await print("keys", "json");
  expect(keys).toContain(`"secretCreatedAt": "${makeManagedKey().secretCreatedAt}"`);
  expect(keys).not.toMatch(/"age"|"last-used"/);
});

describe("screens of what is read beside the inventory", () => {
  it("say how old what came from elsewhere is, however live the keys are", () => {
    const driven = drive({ screen: "exposures", state: { hasApp: true } });
    driven.load([makeManagedKey()]);
    driven.send({ kind: "source-read", source: "exposures", subject: null, value: [] });
    const hear = () =>
      driven.send({ kind: "changes", page: { changes: [], keys: [], nextAfter: 1, hasMore: false } });
    hear();
    expect(driven.screen()).toMatch(/live {2}within 2 s {2}exposures within 30 s/);
    driven.wait(40_000);
    hear();
    expect(driven.screen()).toMatch(/live {2}within 2 s {2}exposures as of 40s ago/);
    const failure = { message: "no answer", advice: "" };
    driven.send({ kind: "source-failed", source: "exposures", subject: null, failure });
    driven.wait(60_000);
    hear();
    expect(driven.screen()).toContain("exposures as of 1m ago: no answer");
  });

  it("do not call a token active that has expired, and say when one ends and when it was used", () => {
    const driven = drive({ screen: "tokens", state: { columns: 160 } });
    const token = {
      id: "tok_1",
      name: "nightly",
      role: "reader" as const,
      limits: null,
      createdAt: ago(9),
      revokedAt: null,
      revokedBy: null,
      lastUsedAt: ago(4),
    };
    const soon = new Date(nowMs + 3_600_000).toISOString();
    const value = [
      { ...token, expiresAt: ago(2) },
      { ...token, id: "tok_2", name: "hourly", expiresAt: soon },
      { ...token, id: "tok_3", name: "old server", expiresAt: null, state: "expired" as const },
    ];
    driven.send({ kind: "source-read", source: "tokens", subject: null, value });
    expect(driven.screen()).toMatch(/nightly +reader +expired /);
    expect(driven.screen()).toMatch(/old server +reader +expired /);
    expect(driven.screen()).toMatch(/hourly +reader +active +9d ago +4d ago +in 1h/);
    driven.wait(3_600_001);
    expect(driven.screen()).toMatch(/hourly +reader +expired /);
  });

  it("say that only the newest entries were read where there are more", () => {
    const driven = drive({ screen: "audit" });
    const entry = {
      sequence: 7,
      at: ago(1),
      actor: "ann",
      action: "key.rotated",
      subject: null,
      provider: null,
      details: {},
      hash: "0".repeat(64),
    };
    const tell = (isPart: boolean) =>
      driven.send({ kind: "source-read", source: "audit", subject: null, value: [entry], isPart });
    driven.load([makeManagedKey()]);
    tell(false);
    expect(driven.screen()).not.toContain("newest");
    tell(true);
    expect(driven.screen()).toContain("only the newest 1 of audit");
    expect(driven.screen()).toContain("1/1+");
    driven.press("/");
    driven.type("zzzz");
    expect(driven.screen()).toContain("No entry among the newest 1 passes the filter.");
  });
});

describe("the audit", () => {
  it("names the key that an entry is about, and lists what tells entries apart", () => {
    const driven = drive({ columns: 160 });
    const key = makeManagedKey({ name: "payments" });
    driven.load([key]);
    driven.press("7");
    const entry = {
      sequence: 7,
      at: new Date(nowMs).toISOString(),
      actor: "ann",
      action: "key.edited",
      subject: key.id,
      details: { actorId: "tok_14232c0bd788497f", requestId: "req_1", owner: "cara" },
      provider: null,
      hash: "0".repeat(64),
    };
    driven.send({ kind: "source-read", source: "audit", subject: null, value: [entry] });
    expect(driven.screen()).toMatch(/key\.edited +ann +owner cara +payments/);
    // The whole entry is in its details, and found by what is in them.
    driven.press("enter");
    expect(driven.screen()).toContain("tok_14232c0bd788497f");
    expect(driven.screen()).toContain(`payments (${key.id})`);
    driven.press("escape", "/");
    driven.type("tok_14232c");
    expect(driven.screen()).toContain("key.edited");
  });
});

describe("a clock that differs from the server's", () => {
  const hourMs = 3_600_000;
  const grace = {
    generation: 1,
    redacted: "sk_live_…old1",
    until: new Date(nowMs + 60_000).toISOString(),
    remainingSeconds: 60,
  };

  it.each([
    { byMs: 2 * hourMs, told: "clock is 2h behind the server's" },
    { byMs: -2 * hourMs, told: "clock is 2h ahead of the server's" },
  ])("is said, and every age and end follows the server's: $told", ({ byMs, told }) => {
    const driven = drive({ columns: 140 });
    driven.send({ kind: "start" });
    driven.send({ kind: "feed-begun", after: 7 });
    const key = makeManagedKey({ name: "payments", grace });
    driven.load([key]);
    driven.press("w");
    driven.wait(300);
    // An answer tells the whole second, so that the difference is never quite what it is.
    driven.send({ kind: "clock-moved", byMs, machineAheadMs: 400 - byMs });
    expect(driven.screen()).toContain(told);
    driven.send({ kind: "clock-moved", byMs: 0, machineAheadMs: -400 - byMs });
    expect(driven.screen()).toContain(told);
    // A dialog was open long enough before.
    driven.press("y");
    expect(driven.state.isWritable).toBe(true);
    // What was judged by the other time is read and judged anew.
    expect(driven.effects.filter(({ kind }) => kind === "load").length).toBeGreaterThan(1);
    driven.load([key]);
    expect(driven.keys[0]?.rotation.state === "in-grace").toBe(byMs < 0);
    // Nothing waits until the clocks meet, and nothing that was just read is old.
    driven.wait(1000);
    expect(driven.effects.filter(({ kind }) => kind === "watch")).toHaveLength(1);
    driven.wait(9000);
    expect(driven.screen()).not.toContain(told);
    expect(Math.abs(driven.state.loadedAtMs - nowMs - byMs)).toBeLessThan(1000);
  });
});
