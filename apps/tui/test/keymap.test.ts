import { describe, expect, it } from "vitest";
import { makeInventory } from "@keywarden/testing";
import { makeEscapeGuard } from "../src/keys/escape-guard.ts";
import { bindings, findAction, nameKey } from "../src/keys/keymap.ts";
import { pressesFrom } from "../src/keys/key-press.ts";
import { editTextField, insertText, makeTextField } from "../src/keys/text-field.ts";
import { helpLines } from "../src/state/help-lines.ts";
import { drive } from "./drive.ts";

describe("the keymap", () => {
  it("has every binding on the help screen, with all of its keys", () => {
    const help = helpLines().map((line) => line.map(([, text]) => text).join(""));
    for (const { keys, help: words } of bindings) {
      expect(
        help.some(
          (line) => line.endsWith(` ${words}`) && line.trim().startsWith(keys.map(nameKey).join(" ")),
        ),
      ).toBe(true);
    }
  });

  it("gives no key two meanings in one mode", () => {
    const all = bindings.flatMap(({ mode, keys }) => keys.map((key) => `${mode} ${key}`));
    expect(new Set(all).size).toBe(all.length);
  });

  it("never changes anything on ctrl-d, escape, delete or backspace", () => {
    for (const key of ["ctrl-d", "escape", "delete", "backspace"]) {
      expect(["rotate", "revoke", "accept", "confirm"]).not.toContain(findAction("normal", key));
      expect(["accept", "confirm"]).not.toContain(findAction("dialog", key));
    }
  });

  it("opens and confirms a change with different keys", () => {
    const keysOf = (action: string) =>
      bindings.filter((binding) => binding.action === action).flatMap(({ keys }) => keys);
    for (const opener of ["rotate", "revoke", "toggle-write"]) {
      for (const key of keysOf(opener)) {
        expect(keysOf("confirm")).not.toContain(key);
        expect(keysOf("accept")).not.toContain(key);
      }
    }
  });

  it("can be read to its end on a low terminal", () => {
    const driven = drive({ rows: 12, columns: 60 });
    driven.press("?");
    const seen = new Set<string>();
    for (let step = 0; step < 80; step += 1) {
      for (const line of driven.screen().split("\n")) seen.add(line.trimEnd());
      driven.press("j");
    }
    for (const { keys } of bindings) {
      expect([...seen].some((line) => line.includes(keys.map(nameKey).join(" ").slice(0, 20)))).toBe(true);
    }
    driven.press("?");
    expect(driven.state.mode).toBe("normal");
  });

  it("shows five keys in the footer, the mode and whether changes are allowed", () => {
    const driven = drive();
    driven.load(makeInventory(3));
    expect(driven.screen().split("\n").at(-1)).toMatch(
      /\/ filter {2}enter details {2}w write {2}\? help {2}q quit .* read-only · normal · 1\/3/,
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
    expect(pressesFrom(" ", {})[0]).toEqual({ name: "space", text: " ", isBurst: false });
    expect(pressesFrom("x", { meta: true })).toEqual([]);
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
