import { createContext, runInContext } from "node:vm";
import { browserKeys, commandTable } from "@keywarden/inventory";
import { describe, expect, it } from "vitest";
import { pageCommands, script } from "../src/console/markup/script.ts";

/** Whatever is asked of it, it is there, is empty and does nothing. */
const anything: unknown = new Proxy(() => "", {
  get: (_, name) => {
    if (name === Symbol.toPrimitive) return () => "";
    if (name === Symbol.iterator) return () => [].values();
    return anything;
  },
  set: () => true,
  apply: () => anything,
});

/** Runs the script on a page with nothing on it, and gives what takes its keys. */
function listen(): (key: string, ctrlKey?: boolean) => boolean {
  let take: ((event: object) => void) | undefined;
  const document = {
    querySelector: () => null,
    querySelectorAll: () => [],
    createElement: () => anything,
    body: anything,
    addEventListener: (_name: string, listener: (event: object) => void) => {
      take = listener;
    },
  };
  const history = { back: () => {}, forward: () => {} };
  const location = { pathname: "/console", reload: () => {}, assign: () => {} };
  const world = {
    document,
    history,
    location,
    HTMLElement: Object,
    Option: Object,
    addEventListener: () => {},
    innerHeight: 800,
    navigator: anything,
  };
  runInContext(script, createContext({ ...world, setTimeout: () => {} }));
  return (key, ctrlKey = false) => {
    let isTaken = false;
    take?.({
      key,
      ctrlKey,
      metaKey: false,
      altKey: false,
      target: null,
      preventDefault: () => (isTaken = true),
    });
    return isTaken;
  };
}

describe("the commands of pages", () => {
  it("are those of the terminal, and each that is not there has its reason", () => {
    const here = new Set(pageCommands.map(([id]) => id));
    const missing = commandTable.filter(({ id }) => !here.has(id));
    expect(missing.map(({ id, why = "" }) => [id, why.length > 10])).toEqual([
      ["exposures", true],
      ["departures", true],
      ["contexts", true],
      ["log", true],
      ["context", true],
      ["page-down", true],
      ["page-up", true],
      ["scroll-down", true],
      ["scroll-up", true],
      ["read", true],
      ["pause", true],
      ["disable", true],
      ["enable", true],
      ["departed", true],
      ["token", true],
      ["suspend", true],
      ["quit", true],
    ]);
    const own = pageCommands.filter(([id]) => !commandTable.some((command) => command.id === id));
    expect(own.map(([id, keys]) => [id, ...keys])).toEqual([
      ["next-page", ">"],
      ["page-before", "<"],
    ]);
  });

  it("have the terminal's keys, but for those that a browser has its own use for", () => {
    for (const [id, keys] of pageCommands) {
      const command = commandTable.find((one) => one.id === id);
      const left = command?.keys.filter((key) => !keys.includes(key)) ?? [];
      expect([id, left.filter((key) => !browserKeys.has(key))]).toEqual([id, []]);
    }
  });

  it("each do something when one of its keys is pressed", () => {
    const press = listen();
    const names: Readonly<Record<string, string>> = { space: " ", escape: "Escape" };
    for (const key of pageCommands.flatMap(([, keys]) => keys)) {
      if (key === "enter") continue;
      const isControl = key.startsWith("ctrl-");
      const name = key.replace("ctrl-", "");
      expect([key, press(names[name] ?? name, isControl)]).toEqual([key, true]);
    }
    expect([press("z"), press("f", true)]).toEqual([false, false]);
  });

  it("fit into a script of 20 kB", () => {
    expect(Buffer.byteLength(script)).toBeLessThanOrEqual(20_000);
  });
});
