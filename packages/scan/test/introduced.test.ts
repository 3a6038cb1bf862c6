import { describe, expect, it } from "vitest";
import { introduced } from "@keywarden/scan";
import { aforoKey, scanner } from "./keys.ts";

const [one, two] = [aforoKey(1), aforoKey(2)];
const lines = (...text: readonly string[]) => scanner.scanText(text.join("\n"));
const places = (after: ReturnType<typeof lines>, before: ReturnType<typeof lines>) =>
  introduced(after, before).map(({ line }) => line);

describe("introduced", () => {
  it("gives what occurs more often than before", () => {
    expect(places(lines(one, two, one), lines(one))).toEqual([2, 3]);
  });

  it("gives nothing for keys that moved, were reordered or removed", () => {
    expect(places(lines("", two, one), lines(one, two, two))).toEqual([]);
  });

  it("gives everything where nothing was before", () => {
    expect(places(lines(one, one), [])).toEqual([1, 2]);
  });
});
