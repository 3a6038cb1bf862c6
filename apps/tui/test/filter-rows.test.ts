import { makeKeyRow } from "@keywarden/inventory";
import { makeInventory, makeManagedKey } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeTextField } from "../src/input/text-field.ts";
import { continueScan, finishScan, makeTest, typeFilter } from "../src/state/filter-rows.ts";
import { withKeys } from "../src/state/show-rows.ts";
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
  fc.nat(299).map((at) => (state: State) => {
    const key = { ...(inventory[at] ?? makeManagedKey()), name: `mailer ${at}`, state: "disabled" as const };
    return withKeys(state, [makeKeyRow(key, state.judge, state.nowMs)]);
  }),
);

describe("a filter that is looked for a part at a time", () => {
  it("shows in the end what the whole filter shows, whatever is typed and changes meanwhile", () => {
    const before = loaded();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const after = finishScan(steps.reduce((state, change) => change(state), before));
        expect(after.list.visible).toEqual(whole(after));
        expect(after.scan).toBeNull();
      }),
    );
  });

  it("is gone on with until every row has been looked at, and says meanwhile that it is not done", () => {
    const driven = drive();
    driven.load(makeInventory(9000));
    driven.press("/");
    driven.type("mailer");
    expect(driven.screen()).toContain("… of 9,000");
    expect(driven.effects.filter(({ kind }) => kind === "scan")).toHaveLength(1);
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
});
