import { makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
// @boundaries-ignore the corpus is one for every reader of the language
import queries from "../../../test/vectors/queries.json" with { type: "json" };
import { drive } from "./drive.ts";

const corpus = queries.keys.map((given) => makeManagedKey(given as Parameters<typeof makeManagedKey>[0]));

// The same queries select the same keys in `keywarden keys list`: apps/cli/test/queries.test.ts.
describe("the filter line", () => {
  it.each(queries.cases)("shows for $query the keys $selects", ({ query, selects }) => {
    const driven = drive({ columns: 160 });
    driven.load(corpus);
    driven.press("/");
    driven.type(query);
    expect(driven.keys.map(({ id }) => id).toSorted()).toEqual(selects.toSorted());
  });

  it.each(queries.mistakes)("says for $query what is wrong", ({ query, message }) => {
    const driven = drive({ columns: 260 });
    driven.load(corpus);
    driven.press("/");
    driven.type(query);
    expect(driven.state.list.filter.problem).toContain(message ?? "at character");
    expect(driven.screen()).toContain(driven.state.list.filter.problem);
  });

  it.each(queries.unknown)("says for $query why no key passes", ({ query, message }) => {
    const driven = drive({ columns: 260 });
    driven.load(corpus);
    driven.press("/");
    driven.type(query);
    expect(driven.screen()).toContain(message);
  });
});
