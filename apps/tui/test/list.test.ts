import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aforo } from "@keywarden/key-format";
import { makeInventory, makeKey, makeManagedKey } from "@keywarden/testing";
import { selectedKey as selectedRow } from "../src/state/rows/show-rows.ts";
import { drive } from "./drive.ts";

const keys = makeInventory(100);

describe("the list", () => {
  it("keeps the cursor on its key when a refresh brings other keys above it", () => {
    const driven = drive();
    driven.load(keys);
    driven.press("N", "j", "j", "j");
    const chosen = selectedRow(driven.state)?.id;
    const fresh = Array.from({ length: 30 }, (_, index) =>
      makeManagedKey({ id: `new-${index}`, name: `a-${index}` }),
    );
    driven.wait(5000);
    driven.load([...fresh, ...keys]);
    expect(driven.state.list.viewport.cursor).toBe(33);
    expect(selectedRow(driven.state)?.id).toBe(chosen);
  });

  it("keeps the cursor near its place when its key is gone", () => {
    const driven = drive();
    driven.load(keys);
    driven.press("N", "j", "j");
    const chosen = selectedRow(driven.state)?.id;
    driven.wait(5000);
    driven.load(keys.filter(({ id }) => id !== chosen));
    expect(driven.state.list.viewport.cursor).toBe(2);
  });

  it("stays on the first row while the first load brings pages, until the operator moves", () => {
    const driven = drive();
    driven.load(keys.slice(0, 50), false);
    const first = selectedRow(driven.state)?.id;
    driven.load(keys.slice(50));
    expect(driven.state.list.viewport.cursor).toBe(0);
    expect(driven.state.totals.keys).toBe(100);
    expect(first).toBeDefined();
  });

  it("shows the first page before the second has come", () => {
    const driven = drive();
    driven.load(keys.slice(0, 10), false);
    expect(driven.screen()).toContain("10 keys so far");
    driven.load(keys.slice(10));
    expect(driven.screen()).toContain(" 100 keys   ");
  });

  it("shows a refresh only when it is complete", () => {
    const driven = drive();
    driven.load(keys);
    driven.wait(5000);
    driven.load(keys.slice(0, 10), false);
    expect(driven.state.totals.keys).toBe(100);
    driven.load(keys.slice(10, 60));
    expect(driven.state.totals.keys).toBe(60);
  });

  it("ignores pages that answer an older question, and keys that come twice", () => {
    const driven = drive();
    driven.load(keys.slice(0, 10), false);
    driven.load(keys.slice(5, 20));
    expect(driven.state.totals.keys).toBe(20);
    driven.send({ kind: "page", loadId: 0, keys, total: null, isLast: true });
    expect(driven.state.totals.keys).toBe(20);
  });

  it("moves as its keys say and never leaves the list", () => {
    const driven = drive({ rows: 20 });
    driven.load(keys);
    const moves = [
      "j",
      "k",
      "down",
      "up",
      "ctrl-d",
      "ctrl-u",
      "pagedown",
      "pageup",
      "g",
      "G",
      "space",
      "home",
      "end",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 30 }), (names) => {
        driven.press(...names);
        const { cursor, top } = driven.state.list.viewport;
        expect(cursor).toBeGreaterThanOrEqual(0);
        expect(cursor).toBeLessThan(100);
        expect(top).toBeLessThanOrEqual(cursor);
      }),
    );
    driven.press("G");
    expect(driven.state.list.viewport.cursor).toBe(99);
    driven.press("g");
    expect(driven.state.list.viewport).toEqual({ cursor: 0, top: 0 });
  });

  it("shows which column it is sorted by, and in which direction", () => {
    const driven = drive();
    driven.load(keys);
    expect(driven.screen()).toContain("ROTATION ▲");
    driven.press("N");
    expect(driven.screen()).toContain("NAME ▲");
    driven.press("N");
    expect(driven.screen()).toContain("NAME ▼");
  });

  it("draws no more rows than the screen has, however many keys there are", () => {
    const driven = drive({ columns: 160, rows: 45 });
    driven.load(makeInventory(100_000));
    driven.press("G", "pageup", "j");
    const lines = driven.screen().split("\n");
    expect(lines).toHaveLength(45);
    expect(lines.filter((line) => /sk_live_…/.test(line))).toHaveLength(39);
    driven.press("/");
    driven.type("payments-99992");
    while (driven.state.scan !== null) driven.send({ kind: "scan" });
    expect(driven.keys).toHaveLength(1);
  });
});

describe("filtering", () => {
  it("follows every key, and no key typed into it acts on a row", () => {
    const driven = drive({ isWritable: true });
    driven.load(keys);
    driven.press("/");
    driven.type("xrwq mailer");
    driven.press("backspace", "delete", "ctrl-d", "tab");
    expect(driven.state.dialog).toBeNull();
    expect(driven.effects.map(({ kind }) => kind)).toEqual([
      "identify",
      "list-unfinished",
      "begin-feed",
      "load",
    ]);
    driven.press("ctrl-u");
    driven.type("mailer");
    expect(driven.keys.every(({ name }) => name.includes("mailer"))).toBe(true);
    driven.press("enter");
    expect(driven.state.mode).toBe("normal");
    expect(driven.screen()).toContain("filter mailer");
    driven.press("escape");
    expect(driven.keys).toHaveLength(100);
  });

  it("takes of a whole key that is pasted what finds it in the list, here and in the palette and a dialog", () => {
    const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 7);
    const driven = drive({ isWritable: true });
    const [prefix = "", lastFour = ""] = secret.redacted.split("…");
    driven.load([...keys, makeManagedKey({ id: "pasted", name: "pasted", prefix, lastFour })]);
    driven.press("/");
    driven.send({ kind: "paste", text: `${secret.reveal()}\n` });
    expect(driven.keys.map(({ id }) => id)).toEqual(["pasted"]);
    expect(driven.screen()).toContain("that was a whole key");
    driven.press("escape", ":");
    driven.send({ kind: "paste", text: `filter ${secret.reveal()}` });
    driven.press("enter");
    expect(driven.keys.map(({ id }) => id)).toEqual(["pasted"]);
    driven.press("r");
    driven.send({ kind: "paste", text: secret.reveal() });
    expect(JSON.stringify([driven.state.list, driven.state.palette, driven.state.dialog])).not.toContain(
      secret.reveal(),
    );
  });

  it("takes a paste as text on one line", () => {
    const driven = drive();
    driven.load(keys);
    driven.press("/");
    driven.send({ kind: "paste", text: "mailer\nenv:production\u001B[31m\n" });
    expect(driven.state.list.filterField.value).toBe("mailer env:production");
  });

  it("says what to do when nothing passes, and when the filter cannot be read", () => {
    const driven = drive();
    driven.load(keys);
    driven.press("/");
    driven.type("nothing-has-this-name");
    expect(driven.screen()).toContain("No key passes the filter.");
    driven.press("ctrl-u");
    driven.type("age>old");
    expect(driven.screen()).toContain("Write a number and h, d, w or y, as in age>90d.");
  });

  it("say which keys a filter saw while the others are being read", () => {
    const driven = drive({ columns: 40 });
    const keys = makeInventory(150);
    const last = keys.at(-1);
    driven.load(keys.slice(0, 100), false);
    driven.load(keys.slice(100), false);
    driven.press("/");
    driven.type(`id:${last?.id}`);
    expect(driven.screen().replaceAll(/\s+/g, " ")).toContain(
      "No key among the first 100 keys passes the filter.",
    );
    driven.load([]);
    expect(driven.screen()).toContain(last?.name);
  });

  it("keeps the last readable filter in force below a mistake, says so, and does not keep the mistake", () => {
    const driven = drive();
    driven.load(keys);
    driven.press("/");
    driven.type("mailer");
    const selected = driven.keys;
    driven.type(" ");
    driven.send({ kind: "paste", text: "stauts:overdue" });
    expect(driven.keys).toEqual(selected);
    expect(driven.screen()).toContain('"stauts" at character 8 is not a field. Did you mean status?');
    expect(driven.screen()).toContain("not applied");
    driven.press("enter");
    expect(driven.state.mode).toBe("filter");
    driven.press("escape");
    expect(driven.keys).toHaveLength(100);
    expect(driven.screen()).not.toContain("stauts");
  });
});

describe("time on the screen", () => {
  it("counts a grace period down each second, and then the key is fresh", () => {
    const driven = drive();
    driven.load([makeManagedKey({ grace: { until: "2026-11-20T12:01:05Z", remainingSeconds: 65 } })]);
    driven.press("p");
    expect(driven.screen()).toContain("in grace 1m 04s");
    driven.wait(1000);
    expect(driven.screen()).toContain("in grace 1m 03s");
    driven.wait(62_000);
    expect(driven.screen()).toContain("in grace 1s");
    driven.wait(2000);
    expect(driven.screen()).not.toContain("in grace 0s");
    expect(driven.screen()).toContain("0 in grace");
    expect(driven.keys[0]?.rotation.state).toBe("fresh");
  });

  it("does not change a single cell while nothing happens", () => {
    const driven = drive();
    driven.load(makeInventory(50).map((key) => ({ ...key, grace: null })));
    driven.press("p");
    const before = driven.screen();
    driven.wait(1000);
    driven.wait(1000);
    expect(driven.screen()).toBe(before);
  });
});

describe("asking the server", () => {
  it("happens every 5 s, not while an answer is outstanding, not while paused, and at once on R", () => {
    const driven = drive();
    driven.load(keys);
    const loads = () => driven.effects.filter(({ kind }) => kind === "load").length;
    driven.wait(4999);
    expect(loads()).toBe(1);
    driven.wait(1);
    expect(loads()).toBe(2);
    driven.wait(60_000);
    driven.press("R");
    expect(loads()).toBe(2);
    driven.load(keys);
    driven.press("p");
    driven.wait(60_000);
    expect(loads()).toBe(2);
    expect(driven.screen()).toContain(" paused");
    driven.press("R");
    expect(loads()).toBe(3);
  });

  it("backs off when it fails, obeys Retry-After, keeps the list and says what to do", () => {
    const driven = drive();
    driven.load(keys);
    const failure = { message: "the server asked to slow down", advice: "Wait." };
    const fail = (retryAfterMs?: number) =>
      driven.send({
        kind: "load-failed",
        loadId: driven.state.lastLoadId,
        failure: { ...failure, retryAfterMs },
      });
    driven.wait(5000);
    fail();
    expect(driven.state.nextLoadAtMs - driven.state.nowMs).toBe(5000);
    driven.wait(5000);
    fail();
    expect(driven.state.nextLoadAtMs - driven.state.nowMs).toBe(10_000);
    driven.wait(10_000);
    fail(90_000);
    expect(driven.state.nextLoadAtMs - driven.state.nowMs).toBe(90_000);
    expect(driven.screen()).toContain("the server asked to slow down  Wait.");
    expect(driven.keys).toHaveLength(100);
    driven.wait(90_000);
    driven.load(keys);
    expect(driven.screen()).toContain(" live");
    expect(driven.state.failures).toBe(0);
  });

  it("says what to do when there are no keys, and while it waits for the first answer", () => {
    const driven = drive();
    driven.send({ kind: "start" });
    expect(driven.screen()).toContain("Reading the inventory");
    // Before the first answer no key is counted, not even as none.
    expect(driven.screen()).not.toMatch(/\d keys|\d overdue/);
    const failure = { message: "down", advice: "" };
    driven.send({ kind: "load-failed", loadId: driven.state.lastLoadId, failure });
    expect(driven.screen()).toContain("The inventory could not be read.");
    expect(driven.screen()).not.toMatch(/\d keys|\d overdue/);
    driven.load([]);
    expect(driven.screen()).toMatch(/ 0 keys .* 0 overdue/);
    expect(driven.screen()).toContain("The server has no keys yet.");
    expect(driven.screen()).toContain("keywarden keys create");
  });

  it("logs its calls, newest first", () => {
    const driven = drive();
    driven.load(keys);
    for (const path of ["/v1/me", "/v1/keys?limit=100"]) {
      driven.send({
        kind: "call",
        call: {
          atMs: driven.state.nowMs,
          method: "GET",
          path,
          outcome: "200",
          durationMs: 12,
          command: null,
        },
      });
      driven.wait(1);
    }
    driven.press("@");
    const lines = driven
      .screen()
      .split("\n")
      .filter((line) => line.includes("GET"));
    expect(lines[0]).toContain("/v1/keys?limit=100");
    expect(lines[1]).toContain("/v1/me");
  });
});
