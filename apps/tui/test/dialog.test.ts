import { aforo, Secret } from "@keywarden/key-format";
import { makeKey, makeInventory, makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { drive, type Driven } from "./drive.ts";

function open(key: "x" | "r", given = makeManagedKey(), isWritable = true): Driven {
  const driven = drive({ isWritable });
  driven.load([given]);
  driven.press(key);
  driven.wait(300);
  return driven;
}

const changes = ({ effects }: Driven) =>
  effects.filter(({ kind }) => ["revoke", "rotate", "save"].includes(kind));

describe("read-only", () => {
  it("is the default: rotate and revoke explain how to get further", () => {
    const driven = open("x", makeManagedKey(), false);
    expect(driven.state.dialog).toBeNull();
    expect(driven.screen()).toContain("read-only: press w to allow changes");
    expect(driven.screen()).toContain("READ-ONLY");
  });

  it("ends with w and then y, not with w twice, Enter, a paste or a burst", () => {
    const driven = drive();
    driven.load([makeManagedKey()]);
    driven.press("w");
    driven.wait(300);
    driven.press("w");
    driven.send({ kind: "paste", text: "y" });
    driven.send({ kind: "press", press: { name: "y", text: "y", isBurst: true } });
    expect(driven.state.isWritable).toBe(false);
    driven.press("enter");
    expect(driven.state).toMatchObject({ isWritable: false, dialog: null });
    driven.press("w");
    driven.wait(300);
    driven.press("y");
    expect(driven.state.isWritable).toBe(true);
    expect(driven.screen()).toContain(" WRITE ");
    driven.press("w");
    expect(driven.state.isWritable).toBe(false);
  });
});

describe("revoking", () => {
  it("needs the key's name and Enter, and sends the generation that was confirmed", () => {
    const driven = open("x");
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven)).toMatchObject([{ kind: "revoke", target: { id: "key-1", generation: 3 } }]);
    expect(driven.state.dialog?.kind).toBe("busy");
    driven.press("escape", "enter", "q", "ctrl-c");
    expect(changes(driven)).toHaveLength(1);
  });

  it("is cancelled by Enter with nothing typed, and by escape", () => {
    for (const key of ["enter", "escape", "ctrl-c"]) {
      const driven = open("x");
      driven.press(key);
      expect(driven.state.dialog).toBeNull();
      expect(driven.screen()).toContain("cancelled: nothing was changed");
      expect(changes(driven)).toEqual([]);
    }
  });

  it.each(["payment", "paymentsx", "Payments", "payments ", "y", "yes"])(
    "does not happen for %j",
    (typed) => {
      const driven = open("x");
      driven.type(typed);
      driven.press("enter");
      expect(changes(driven)).toEqual([]);
      expect(driven.screen()).toContain("that is not the same text: nothing was changed");
    },
  );

  it("drops whatever arrives within 300 ms of opening", () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey()]);
    driven.press("x");
    driven.type("payments");
    driven.press("enter");
    expect(driven.state.dialog).toMatchObject({ kind: "revoke", field: { value: "" } });
  });

  it("cannot be pasted, with or without bracketed paste", () => {
    const driven = open("x");
    driven.send({ kind: "paste", text: "payments\n" });
    expect(driven.screen()).toContain("pasting does not confirm: type the text");
    driven.type("payments");
    driven.send({ kind: "press", press: { name: "enter", text: "", isBurst: true } });
    expect(changes(driven)).toEqual([]);
  });

  it("survives a paste of dy and a line break into the list", () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey()]);
    driven.send({ kind: "paste", text: "xdy\npayments\n" });
    expect(driven.state.dialog).toBeNull();
    for (const name of [..."xdy", "enter", ..."payments", "enter"]) {
      driven.send({ kind: "press", press: { name, text: name.length === 1 ? name : "", isBurst: true } });
    }
    expect(changes(driven)).toEqual([]);
  });

  it("acts on the key that it was opened for, although a refresh moves the rows", () => {
    const driven = drive({ isWritable: true });
    driven.load(makeInventory(20));
    driven.press("N", "j", "x");
    const target = driven.state.visible[1];
    driven.wait(5000);
    driven.load([makeManagedKey({ id: "newcomer", name: "aaa" }), ...makeInventory(20)]);
    driven.type(target?.name ?? "");
    driven.press("enter");
    expect(changes(driven)).toMatchObject([
      { kind: "revoke", target: { id: target?.id, generation: target?.generation } },
    ]);
  });

  it("asks for the id where a name is hard to type", () => {
    const driven = open("x", makeManagedKey({ name: "支払い鍵" }));
    expect(driven.screen()).toContain("type key-1 :");
    driven.type("key-1");
    driven.press("enter");
    expect(changes(driven)).toHaveLength(1);
  });

  it("is not offered for a key that is gone already", () => {
    const driven = open("x", makeManagedKey({ state: "revoked", revokedAt: "2026-11-19T00:00:00Z" }));
    expect(driven.state.dialog).toBeNull();
    expect(driven.screen()).toContain("is revoked already: nothing to revoke");
  });

  it("shows its outcome and asks for a fresh list", () => {
    const driven = open("x");
    const { target } = driven.state.dialog as Extract<typeof driven.state.dialog, { kind: "revoke" }>;
    const key = makeManagedKey({ state: "revoked", revokedAt: "2026-11-20T12:00:00Z", generation: 4 });
    driven.send({ kind: "revoked", target, key, isRepeat: false });
    expect(driven.screen()).toContain("Revoked payments");
    expect(driven.state.visible[0]?.rotation.state).toBe("revoked");
    expect(driven.effects.at(-1)?.kind).toBe("load");
    driven.wait(300);
    driven.press("enter");
    expect(driven.state.mode).toBe("normal");
  });
});

describe("rotating", () => {
  it("asks for the file first, then for the name, and only then rotates", () => {
    const driven = open("r");
    driven.send({ kind: "paste", text: "~/new.key\n" });
    driven.press("enter");
    expect(driven.effects.at(-1)).toEqual({ kind: "check-destination", path: "~/new.key" });
    driven.send({ kind: "destination-checked", path: "~/new.key", problem: "" });
    expect(changes(driven)).toEqual([]);
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven)).toMatchObject([
      {
        kind: "rotate",
        target: { id: "key-1", generation: 3 },
        destination: { kind: "file", path: "~/new.key" },
      },
    ]);
  });

  it("stays at the path when nothing can be written there, and forgets answers about other paths", () => {
    const driven = open("r");
    driven.type("a");
    driven.press("enter");
    driven.send({ kind: "destination-checked", path: "a", problem: "a: the file exists" });
    expect(driven.screen()).toContain("! a: the file exists");
    driven.type("b");
    driven.send({ kind: "destination-checked", path: "a", problem: "" });
    expect(driven.state.dialog?.kind).toBe("destination");
  });

  it("can throw the new key away, knowingly", () => {
    const driven = open("r");
    driven.type("discard");
    driven.press("enter");
    expect(driven.screen()).toContain("The new key is thrown away unseen.");
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven)).toMatchObject([{ kind: "rotate", destination: { kind: "discard" } }]);
  });

  it("does not let go of a key that could not be written until it is saved or discarded", () => {
    const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 3);
    const driven = open("r");
    const { target } = driven.state.dialog as Extract<typeof driven.state.dialog, { kind: "destination" }>;
    const unsaved = { secret: new Secret(secret.reveal()), problem: "/x: the disk is full" };
    driven.send({
      kind: "rotated",
      target,
      key: makeManagedKey({ generation: 4 }),
      graceSeconds: 300,
      unsaved,
    });
    driven.wait(300);
    driven.press("escape", "ctrl-c", "enter", "q");
    expect(driven.state.dialog?.kind).toBe("unsaved");
    expect(driven.screen()).toContain("Rotated, but the new key is not saved yet");
    expect(driven.screen()).not.toContain(secret.reveal());
    driven.press("ctrl-u");
    driven.type("/tmp/k");
    driven.press("enter");
    expect(driven.effects.at(-1)).toMatchObject({ kind: "save", path: "/tmp/k" });
    driven.send({ kind: "save-failed", problem: "you may not write there" });
    expect(driven.screen()).toContain("! you may not write there");
    driven.send({ kind: "saved", target, path: "/tmp/k" });
    expect(driven.screen()).toContain("The new key is in /tmp/k, readable by you alone.");
  });

  it("says who was faster and when", () => {
    const driven = open("r");
    const message = "mallory changed this key 2m ago; it is at generation 4 now.";
    driven.send({
      kind: "action-failed",
      title: "payments was not rotated",
      failure: { message, advice: "Nothing was changed." },
    });
    expect(driven.screen()).toContain(message);
  });
});

describe("a screen that is too small for a dialog", () => {
  it("lets nothing be confirmed and can be left", () => {
    const driven = open("x");
    driven.send({ kind: "resize", columns: 39, rows: 7 });
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven)).toEqual([]);
    expect(driven.screen()).toContain("Keywarden needs 40×8.");
    driven.press("ctrl-c");
    expect(driven.effects.at(-1)).toEqual({ kind: "quit" });
  });

  it("still shows what is confirmed at 40×8", () => {
    const driven = open("x");
    driven.send({ kind: "resize", columns: 40, rows: 8 });
    expect(driven.screen()).toContain("PRODUCTION");
    expect(driven.screen()).toContain("type payments :");
    expect(driven.screen().split("\n")).toHaveLength(8);
  });
});
