import { describe, expect, it } from "vitest";
import { commandTable, type TableCommand } from "@keywarden/inventory";
import { makeInventory } from "@keywarden/testing";
import { makeEscapeGuard } from "../src/input/escape-guard.ts";
import { nameKey } from "../src/commands/command-info.ts";
import { commands, describeCommands, findCommand } from "../src/commands/commands.ts";
import { pressesFrom } from "../src/input/key-press.ts";
import { editTextField, insertText, makeTextField } from "../src/input/text-field.ts";
import { namedScreens } from "../src/screens/screen-id.ts";
import { screens } from "../src/screens/screens.ts";
import { drive } from "./drive.ts";

describe("the commands", () => {
  it("are those of the table that the console reads, too, with its keys", () => {
    const told = ({ id, keys }: Pick<TableCommand, "id" | "keys">) => `${id} ${keys.join(" ")}`;
    expect(commands.map(told).toSorted()).toEqual(commandTable.map(told).toSorted());
  });

  it("give no key two meanings, and each has its own name", () => {
    const keys = commands.flatMap((command) => command.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
  });

  it("stand on the help screen, with all of their keys", () => {
    const driven = drive({ rows: 200, columns: 160, screen: "help" });
    const lines = driven.screen().split("\n");
    for (const { keys, title } of describeCommands(new Map())) {
      const named = keys.map(nameKey).join(" ");
      expect(lines.filter((line) => line.includes(named) && line.includes(title.slice(0, 60)))).not.toEqual(
        [],
      );
    }
  });

  it("are what screens offer in their footers", () => {
    const ids = new Set(commands.map(({ id }) => id));
    for (const { actions } of Object.values(screens))
      expect(actions.filter((id) => !ids.has(id))).toEqual([]);
    expect(namedScreens.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("change nothing on ctrl-d, escape, delete or backspace", () => {
    const { state } = drive({ isWritable: true });
    for (const key of ["ctrl-d", "escape", "delete", "backspace", "enter", "y"])
      expect(["rotate", "revoke", "act"]).not.toContain(findCommand(state, key));
  });

  it("take the keys that an operator gives them", () => {
    const own = new Map([["rotate", ["ctrl-o"]]]);
    const driven = drive({ isWritable: true, state: { commands: describeCommands(own) } });
    driven.load(makeInventory(3));
    driven.press("r");
    expect(driven.state.dialog).toBeNull();
    driven.press("ctrl-o");
    expect(driven.state.dialog?.kind).toBe("destination");
  });

  it("answer every key that k9s and lazygit document: it runs something here, or it is said what does", () => {
    const documented = [
      "a b c d e f g h i j k l m n o p q r s t u v w x y z",
      "A D G J K L N O R S U W @ : / ? [ ]",
    ];
    const special =
      "0 1 9 , . < > - + _ space enter escape tab delete up down left right home end pageup pagedown";
    const held = ["a b c d e f k n o p r u w y z", "\\"]
      .join(" ")
      .split(" ")
      .map((letter) => `ctrl-${letter}`);
    const silent = namedScreens.flatMap((screen) =>
      [...[...documented, special].join(" ").split(" "), ...held, "ctrl-space"].filter((key) => {
        const driven = drive({ screen });
        driven.load(makeInventory(3));
        const runs = findCommand(driven.state, key) !== undefined;
        driven.press(key);
        return !runs && driven.state.notice === null;
      }),
    );
    expect(silent).toEqual([]);
    const driven = drive({ state: { commands: describeCommands(new Map([["mark", ["ctrl-g"]]])) } });
    driven.press("m");
    expect(driven.screen()).toContain("ctrl-g marks a row, M all that are listed");
  });

  it("can be read to their end on a low terminal", () => {
    const driven = drive({ rows: 12, columns: 60 });
    driven.press("?");
    const seen = new Set<string>();
    for (let step = 0; step < 90; step += 1) {
      for (const line of driven.screen().split("\n")) seen.add(line.trimEnd());
      driven.press("j");
    }
    for (const { title } of commands)
      expect([...seen].some((line) => line.includes(title.slice(0, 18)))).toBe(true);
    driven.press("?");
    expect(driven.state.screen).toBe("keys");
  });

  it("shows in the footer what can be done, the mode and whether changes are allowed", () => {
    const driven = drive();
    driven.load(makeInventory(3));
    expect(driven.screen().split("\n").at(-1)).toMatch(
      /\/ filter {2}enter details {2}o open {2}w write {2}: commands {2}\? help {2}q quit .* read-only · normal · 1\/3/,
    );
    driven.press("/");
    expect(driven.screen().split("\n").at(-1)).toContain("filter · 1/3");
  });
});

describe("input", () => {
  it("is taken apart when several keys arrive as one string", () => {
    expect(pressesFrom("jjG", {}).map(({ name }) => name)).toEqual(["j", "j", "G"]);
    expect(pressesFrom("dy\r", {}).map(({ name, isBurst }) => `${name} ${isBurst}`)).toEqual([
      "d true",
      "y true",
      "enter true",
    ]);
    expect(pressesFrom("é🔑", {}).map(({ name }) => name)).toEqual(["é", "🔑"]);
  });

  it("names special keys", () => {
    expect(pressesFrom("", { downArrow: true })).toEqual([{ name: "down", text: "", isBurst: false }]);
    expect(pressesFrom("d", { ctrl: true })[0]?.name).toBe("ctrl-d");
    expect(pressesFrom(" ", { ctrl: true })[0]?.name).toBe("ctrl-space");
    expect(pressesFrom(" ", {})[0]).toEqual({ name: "space", text: " ", isBurst: false });
    expect(pressesFrom("b", { meta: true })[0]).toEqual({ name: "alt-b", text: "", isBurst: false });
    expect(pressesFrom("", { ctrl: true, leftArrow: true })[0]?.name).toBe("ctrl-left");
    expect(pressesFrom("x", { eventType: "release" })).toEqual([]);
  });

  it("does not type the rest of an arrow key whose escape came alone", () => {
    const isStray = makeEscapeGuard();
    isStray("", true, 1000);
    expect(isStray("[B", false, 1060)).toBe(true);
    isStray("", true, 2000);
    expect(isStray("[B", false, 2101)).toBe(false);
    isStray("", true, 3000);
    expect(isStray("j", false, 3010)).toBe(false);
  });
});

describe("a text field", () => {
  const type = (...names: string[]) =>
    names.reduce(
      (field, name) =>
        editTextField(field, { name, text: /^[a-z-]{2,}$/.test(name) ? "" : name, isBurst: false }) ?? field,
      makeTextField(),
    );

  it("edits where the caret is", () => {
    expect(type("a", "c", "left", "b", "end", "d").value).toBe("abcd");
    expect(type("a", "b", "c", "home", "ctrl-e", "backspace").value).toBe("ab");
    expect(type("a", "b", "left", "ctrl-u").value).toBe("b");
  });

  it("erases characters as a reader sees them, and whole words", () => {
    expect(type("a", "🇩🇪", "backspace").value).toBe("a");
    expect(
      editTextField(makeTextField("one two "), { name: "ctrl-w", text: "", isBurst: false })?.value,
    ).toBe("one ");
  });

  it("holds one clean line of limited length", () => {
    expect(insertText(makeTextField("a"), "b\nc\u001B[2Jd").value).toBe("ab cd");
    expect(insertText(makeTextField(), "x".repeat(5000)).value).toHaveLength(1024);
  });

  it("leaves keys alone that are no editing keys", () => {
    expect(editTextField(makeTextField(), { name: "pagedown", text: "", isBurst: false })).toBeUndefined();
  });
});
