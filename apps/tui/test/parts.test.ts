import { makeKeyRow } from "@keywarden/inventory";
import { inventoryNowMs as nowMs, makeInventory, makeManagedKey } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printOnce } from "../src/print-once.ts";
import { makeTextField } from "../src/input/text-field.ts";
import { continueScan, finishScan, makeTest, typeFilter } from "../src/state/rows/filter-rows.ts";
import { orderRows } from "../src/list/order-rows.ts";
import { keysScreen } from "../src/screens/keys-screen.ts";
import type { Screen } from "../src/screens/screen.ts";
import { withKeys } from "../src/state/rows/show-rows.ts";
import { continueSort, withSort } from "../src/state/rows/sort-list.ts";
import type { State } from "../src/state/state.ts";
import { drive } from "./drive.ts";

const inventory = makeInventory(300);

function loaded(): State {
  const driven = drive();
  driven.load(inventory);
  return driven.state;
}

/** The filter of a state over all its rows, at once. */
function whole(state: State): readonly unknown[] {
  const { conditions } = state.list.filter;
  return conditions.length === 0 ? state.list.sorted : state.list.sorted.filter(makeTest(state, conditions));
}

const texts = [
  "m",
  "ma",
  "mailer",
  "mailer a",
  "mailer env:production",
  "!m",
  "~mlr",
  "age>30d",
  "age>30d m",
  "x…",
  "",
];
const filters = fc.constantFrom(...texts, "status:overdue", "status:overdue m", "nothing has this");
const step = fc.oneof(
  fc.tuple(filters, fc.nat(120)).map(
    ([text, most]) =>
      (state: State) =>
        typeFilter(state, makeTextField(text), most),
  ),
  fc.nat(120).map((most) => (state: State) => continueScan(state, most)),
  fc
    .tuple(fc.constantFrom("name", "rotation", "owner", "age"), fc.boolean(), fc.nat(120))
    .map(([column, isUp, most]) => (state: State) => {
      const direction = isUp ? ("ascending" as const) : ("descending" as const);
      return withSort(state, { column, direction }, most);
    }),
  fc.nat(120).map((most) => (state: State) => continueSort(state, most)),
  fc.nat(299).map((at) => (state: State) => {
    const key = { ...(inventory[at] ?? makeManagedKey()), name: `mailer ${at}`, state: "disabled" as const };
    return withKeys(state, [makeKeyRow(key, state.judge, state.nowMs)]);
  }),
);

function finish(state: State): State {
  return finishScan(continueSort(finishScan(state), Infinity));
}

describe("a filter and an order of a long list, a part at a time", () => {
  it("show in the end what doing all at once shows, whatever is typed and changes meanwhile", () => {
    const before = loaded();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const after = finish(steps.reduce((state, change) => change(state), before));
        expect([after.scan, after.sorting]).toEqual([null, null]);
        const all = [...after.byId.values()];
        expect(after.list.sorted).toEqual(orderRows(all, keysScreen as Screen, after.list.sort));
        expect(after.list.visible).toEqual(whole(after));
      }),
    );
  });

  it("keeps the list as it is until every row is in the new order, and says the order that it has", () => {
    const driven = drive();
    driven.load(makeInventory(9000));
    const { sorted } = driven.state.list;
    driven.press("s");
    expect(driven.state.list.sorted).toBe(sorted);
    expect(driven.screen()).toContain("ROTATION ▲");
    while (driven.state.sorting !== null) driven.send({ kind: "scan" });
    expect(driven.screen()).toContain("USAGE ▲");
  });

  it("holds for keys that arrive after the order was changed", () => {
    const driven = drive();
    driven.load(inventory.slice(0, 100), false);
    driven.press("N");
    driven.load(inventory.slice(100));
    const names = driven.keys.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toHaveLength(inventory.length);
  });

  it("goes on until every row has been looked at, and says meanwhile that they have not been", () => {
    const driven = drive();
    driven.load(makeInventory(9000));
    const before = driven.effects.length;
    driven.press("/");
    driven.type("mailer");
    expect(driven.screen()).toContain("… of 9,000");
    expect(driven.effects.slice(before).map(({ kind }) => kind)).toEqual(["scan"]);
    while (driven.state.scan !== null) driven.send({ kind: "scan" });
    expect(driven.state.list.visible).toEqual(whole(driven.state));
    expect(driven.screen()).toContain(`${driven.keys.length.toLocaleString("en-US")} of 9,000`);
  });

  it("never says that no key passes before every row has been looked at", () => {
    const driven = drive();
    driven.load(makeInventory(9000));
    driven.press("/");
    driven.type("qqq");
    expect(driven.screen()).toContain("Looking …");
    while (driven.state.scan !== null) driven.send({ kind: "scan" });
    expect(driven.screen()).toContain("No key passes the filter");
  });

  it("looks at every row before a key can act on one", () => {
    const driven = drive();
    driven.load(makeInventory(9000));
    driven.press("/");
    driven.type("mailer");
    driven.press("enter", "G");
    expect(driven.state.list.viewport.cursor).toBe(whole(driven.state).length - 1);
  });

  it("are all there where the list is printed once", async () => {
    const { text } = await printOnce({
      state: {
        server: "here",
        judge: loaded().judge,
        isWritable: false,
        columns: 120,
        rows: 40,
        nowMs,
      },
      screen: "keys",
      filter: "",
      format: "csv",
      makePerformer: (send) => (effect) => {
        if (effect.kind === "load")
          send({ kind: "page", loadId: effect.loadId, keys: makeInventory(9000), total: null, isLast: true });
        return Promise.resolve();
      },
      now: () => nowMs,
    });
    expect(text.trimEnd().split("\n")).toHaveLength(9001);
  });

  it("hold what a change told of while an inventory was read again", () => {
    const driven = drive();
    driven.load(inventory);
    driven.send({ kind: "feed-begun", after: 7 });
    driven.press("R");
    const [first = makeManagedKey(), ...others] = inventory;
    const changed = { ...first, name: "zz renamed", revision: first.revision + 1 };
    const added = makeManagedKey({ id: "key_added", name: "zz added" });
    const half = others.slice(0, 150);
    const page = { kind: "page", loadId: driven.state.lastLoadId, total: null } as const;
    driven.send({ ...page, keys: [first, ...half], isLast: false });
    const changes = { changes: [], keys: [changed, added], nextAfter: 9, hasMore: false };
    driven.send({ kind: "changes", page: changes });
    driven.send({ ...page, keys: [...others.slice(150), added], isLast: true });
    const names = driven.keys.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("zz")).toSorted()).toEqual(["zz added", "zz renamed"]);
    expect(new Set(driven.keys.map(({ id }) => id)).size).toBe(inventory.length + 1);
    expect(driven.keys).toHaveLength(inventory.length + 1);
  });
});
