import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { commands } from "../src/commands/commands.ts";
import { readPreferences } from "../src/read-preferences.ts";
import { makePaint, themes } from "../src/theme.ts";

function read(content: unknown, theme?: string) {
  using directory = makeTemporaryDirectory();
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(join(directory.path, "terminal.json"), text);
  return readPreferences(directory.path, theme);
}

describe("terminal.json", () => {
  it("may be absent", () => {
    const { keys, views, theme, mouse } = readPreferences(null);
    expect([keys.size, views.get("overdue"), theme, mouse]).toEqual([
      0,
      "status:overdue",
      themes["calm"],
      false,
    ]);
  });

  it("gives keys to commands, and takes them from the commands that they come with", () => {
    const { keys } = read({ keys: { rotate: ["x"] } });
    expect(keys.get("rotate")).toEqual(["x"]);
    expect(keys.get("revoke")).toEqual([]);
  });

  it("gives filters names and tones colours", () => {
    const read_ = read({
      views: { mine: "owner:ada" },
      theme: "mine",
      themes: { mine: { accent: "38;5;80" } },
    });
    expect(read_.views.get("mine")).toBe("owner:ada");
    expect(makePaint(true, read_.theme)("accent", "a")).toBe("\u001B[38;5;80ma\u001B[0m");
  });

  it.each<[unknown, string | RegExp]>([
    ["[1]", "is not a JSON object"],
    [{ keymap: {} }, "keymap is not a setting"],
    [{ keys: { fly: ["f"] } }, "there is no such command"],
    [{ keys: { rotate: ["r"], revoke: ["r"] } }, "r cannot run both rotate and revoke"],
    ["{", /is not JSON \(line 1 column 2\)$/],
    ...["keys", "views", "themes", "contexts"].map((setting): [unknown, string] => [
      { [setting]: [] },
      `${setting} is an object, such as {}`,
    ]),
    [{ keys: { rotate: ["C-r"] } }, "C-r is not the name of a key"],
    [{ keys: { rotate: ["ctrl-R"] } }, "ctrl-R is not the name of a key"],
    [{ keys: { rotate: ["pgdn"] } }, "pgdn is not the name of a key"],
    [{ views: { mine: 3 } }, "views.mine is a filter"],
    [{ themes: { mine: 1 } }, "themes.mine is an object"],
    [{ contexts: { live: "https://a.example" } }, "contexts.live is an object"],
    [{ views: { mine: "colour:red" } }, "is not a field"],
    [{ theme: "mine" }, "there is no theme mine"],
    [{ themes: { mine: { accent: "\u001B[31m" } } }, "numbers of an SGR sequence"],
    [{ mouse: "yes" }, "mouse is true or false"],
    [{ contexts: { live: {} } }, "contexts.live.server is missing"],
    [{ contexts: { live: { server: "acme" } } }, "contexts.live.server is not an http or https URL"],
    [
      { contexts: { live: { server: "https://a.example", token: "t" } } },
      "contexts.live.token is not a setting",
    ],
    [
      { contexts: { live: { server: "https://a.example", app: "https://b.example" } } },
      "both app and appTokenFile",
    ],
  ])("with a mistake is refused in a sentence: %j", (content, words) => {
    expect(() => read(content)).toThrow(words);
  });

  it("takes every key that a command comes with, and a file as an editor of Windows writes it", () => {
    const keys = Object.fromEntries(commands.map((command) => [command.id, command.keys]));
    expect(read(`\uFEFF${JSON.stringify({ keys })}`).keys.get("down")).toContain("j");
  });

  it("names every theme that the flag takes", () => {
    for (const name of Object.keys(themes)) expect(read({}, name).theme).toBe(themes[name]);
  });
});
