import { makeInventory, makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { makePerformer, type PerformerOptions } from "../src/effects/make-performer.ts";
import { drive } from "./drive.ts";

const marksOf = (driven: ReturnType<typeof drive>): number => driven.state.list.marked.size;

describe("marking many keys", () => {
  it("marks all that pass the filter with one key, says how many, and takes the same marks away again", () => {
    const driven = drive({ columns: 160 });
    driven.load(makeInventory(1500).map((key) => ({ ...key, state: "active", revokedAt: null })));
    driven.press("M");
    expect(driven.screen()).toContain("marked: 1,500 keys listed here");
    expect(driven.screen()).toMatch(/1,500 marked/);
    driven.press("M");
    expect([marksOf(driven), driven.state.notice?.text]).toEqual([0, "no longer marked: 1,500 keys"]);
    driven.press("/");
    driven.type("provider:aforo");
    driven.press("enter", "M");
    const aforo = driven.keys.length;
    expect(aforo).toBeLessThan(1500);
    expect(driven.state.notice?.text).toBe(`marked: ${aforo} keys that pass the filter`);
    // What the next change is about beside what is seen is said with it.
    driven.press("/", "ctrl-u");
    driven.type("provider:azotte");
    driven.press("enter", "M");
    expect(driven.state.notice?.text).toContain(`; ${aforo} others stay marked`);
    driven.press("ctrl-\\");
    expect(marksOf(driven)).toBe(0);
  });

  it("changes no more of them at once than can be read", () => {
    const driven = drive({ columns: 160, isWritable: true });
    driven.load(makeInventory(1001).map((key) => ({ ...key, state: "active", revokedAt: null })));
    driven.press("M", "x");
    expect(driven.state.notice?.text).toBe(
      "1,001 keys are marked, and 1,000 are the most at once: narrow the filter",
    );
    driven.press("space", "x");
    expect(driven.screen()).toContain("Revoke 1,000 keys at once");
  });

  it("leaves out keys that have ended, and says so", () => {
    const driven = drive();
    const [first, ...others] = makeInventory(4).map((key) => ({
      ...key,
      state: "active" as const,
      revokedAt: null,
    }));
    if (first === undefined) throw new Error("no key");
    driven.load([{ ...first, state: "revoked", revokedAt: first.createdAt }, ...others]);
    driven.press("M");
    expect(driven.state.notice?.text).toBe("marked: 3 keys listed here; 1 ended left out");
  });

  it("says of an inventory that is still being read that what comes later is not marked", () => {
    const driven = drive();
    driven.load(makeInventory(8), false);
    while (driven.keys.length < 8) driven.send({ kind: "scan" });
    driven.press("M");
    expect(driven.state.notice?.text).toContain(
      "the inventory is not read to its end: what comes later is not marked",
    );
  });

  it("marks from the nearest marked row to the chosen one, up and down", () => {
    const driven = drive();
    driven.load(makeInventory(12).map((key) => ({ ...key, state: "active", revokedAt: null })));
    driven.press("V");
    expect([marksOf(driven), driven.state.notice?.text]).toEqual([0, "mark one end of the range first"]);
    driven.press("j", "j", "space", "j", "j", "ctrl-space");
    expect(marksOf(driven)).toBe(4);
    driven.press("g", "V");
    expect(marksOf(driven)).toBe(6);
  });
});

it("stops a change of many keys where somebody asks for it, and says of the others that they were not begun", async () => {
  const driven = drive({ columns: 160, isWritable: true });
  driven.load(["a", "b", "c"].map((name) => makeManagedKey({ id: name, name })));
  driven.press("M", "x");
  driven.wait(300);
  driven.type("revoke 3 keys");
  driven.press("enter");
  const called: string[] = [];
  const perform = makePerformer({
    send: driven.send,
    now: () => 0,
    client: {
      revoke: (id: string) => {
        called.push(id);
        driven.wait(300);
        driven.press("escape");
        driven.press("escape");
        expect(driven.screen()).toContain("It stops after the key that is being changed.");
        for (const effect of driven.effects.splice(0)) if (effect.kind === "stop-batch") void perform(effect);
        return Promise.resolve(makeManagedKey({ id, state: "revoked" }));
      },
    },
  } as unknown as PerformerOptions);
  const [asked] = driven.effects.splice(0).filter(({ kind }) => kind === "revoke-all");
  if (asked?.kind === "revoke-all") await perform(asked);
  expect(called).toHaveLength(1);
  expect(driven.screen()).toContain("Revoked 1 key, and not 2");
  expect(driven.screen().match(/not begun: it was stopped before/g)).toHaveLength(2);
});

it("writes where one is in a long list with separators", () => {
  const driven = drive({ columns: 160 });
  driven.load(makeInventory(1234));
  driven.press("G");
  expect(driven.screen()).toContain("normal · 1,234/1,234");
});
