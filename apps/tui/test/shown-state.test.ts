import { inventoryNowMs as nowMs, makeInventory, makeManagedKey } from "@keywarden/testing";
import { renderToString } from "ink";
import { createElement } from "react";
import { describe, expect, it } from "vitest";
import type { State } from "../src/state/state.ts";
import { makePaint } from "../src/theme.ts";
import { Frame } from "../src/views/frame.tsx";
import { makeShownState } from "../src/views/make-shown-state.ts";
import { drive, type Driven } from "./drive.ts";

const draw = (state: State): string =>
  renderToString(createElement(Frame, { state, paint: makePaint(true) }), { columns: state.columns });
const hearNoNews = (driven: Driven): void =>
  driven.send({ kind: "changes", page: { changes: [], keys: [], nextAfter: 1, hasMore: false } });

describe("the state that is drawn", () => {
  it("is the one before while nothing that anybody sees has changed", () => {
    const driven = drive({ columns: 160 });
    driven.load([makeManagedKey({ id: "key-1", name: "payments" })]);
    const shownOf = makeShownState();
    const first = shownOf(driven.state);
    for (let second = 0; second < 5; second += 1) {
      driven.wait(1000);
      hearNoNews(driven);
      expect(shownOf(driven.state)).toBe(first);
    }
    driven.press("/");
    expect(shownOf(driven.state)).toBe(driven.state);
  });

  it.each(["keys", "next"] as const)("on %s always looks like the newest one", (screen) => {
    const driven = drive({ columns: 160, rows: 24, screen, isWritable: true });
    const shownOf = makeShownState();
    const check = (): void => expect(draw(shownOf(driven.state))).toBe(draw(driven.state));
    const until = new Date(nowMs + 640_000).toISOString();
    driven.load([
      ...makeInventory(12),
      makeManagedKey({ id: "key-g", name: "in grace", grace: { until, remainingSeconds: 640 } }),
    ]);
    check();
    for (const ms of [1000, 5000, 30_000, 10_000, 1000, 60_000, 3_600_000, 86_400_000]) {
      driven.wait(ms);
      check();
    }
    hearNoNews(driven);
    driven.send({ kind: "feed-failed", failure: { message: "down", advice: "wait" } });
    check();
    for (const key of ["enter", "j", "G", "x", "escape", "s", "space", "/", "p", "escape", "?", "[", "@"]) {
      driven.press(key);
      check();
      driven.wait(1000);
      check();
    }
  });
});
