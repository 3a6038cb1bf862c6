import { makeInventory, makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { drive, type Driven } from "./drive.ts";

function open(key: "x" | "r", given = makeManagedKey(), isWritable = true): Driven {
  const driven = drive({ isWritable });
  driven.load([given]);
  driven.press(key);
  driven.wait(300);
  return driven;
}

const changes = ({ effects }: Driven) => effects.filter(({ kind }) => ["revoke", "rotate"].includes(kind));

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
    expect(driven.screen()).toMatch(/ WRITE *$/m);
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

  it("says before the confirmation when the key was last used and who owns it", () => {
    const driven = open("x", makeManagedKey({ owner: "ada" }));
    expect(driven.screen()).toMatch(/last used .* · owner ada/);
    driven.send({ kind: "resize", columns: 60, rows: 24 });
    expect(driven.screen().replaceAll(/\s+/g, " ")).toContain("whatever uses the key fails from then on.");
  });

  it("says that the key was used meanwhile, and how long that is ago, while it waits for the name", () => {
    const key = makeManagedKey({ unusedDays: 3 });
    const driven = open("x", key);
    expect(driven.screen()).toContain("last used 3d ago");
    const lastUsedAt = new Date(driven.state.nowMs).toISOString();
    driven.send({ kind: "used", keys: [{ ...key, lastUsedAt }], isLast: true });
    expect(driven.screen()).toContain("last used just now");
    driven.wait(2 * 3_600_000);
    expect(driven.screen()).toContain("last used 2h ago");
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

  it("leaves it said that nothing is live, and what to do about it, on a narrow terminal too", () => {
    const driven = drive({ columns: 80, isWritable: true });
    driven.load([makeManagedKey()]);
    driven.wait(5000);
    const failure = { message: "answered 401: ".padEnd(80, "x"), advice: "Press t to type another token." };
    driven.send({ kind: "load-failed", loadId: driven.state.lastLoadId, failure });
    driven.press("x");
    driven.wait(300);
    driven.press("escape");
    expect(driven.screen()).toMatch(/! not live: as of .* cancelled: nothing was changed/);
    driven.wait(9000);
    expect(driven.screen()).toMatch(/! not live: as of .* Press t to type another token\./);
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

  it("says that use is being asked for only while it is, and then that it is not known", () => {
    const driven = open("x");
    expect(driven.screen()).toContain("asking how often it is called");
    const [asked] = driven.effects.filter(({ kind }) => kind === "tell-usage");
    if (asked?.kind !== "tell-usage") throw new Error("nobody asked");
    driven.send({ kind: "usage-told", target: asked.target, usage: null });
    expect(driven.screen()).not.toContain("asking");
    expect(driven.screen()).toContain("how often it is called is not known");
  });

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
    const target = driven.keys[1];
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
    expect(driven.keys[0]?.rotation.state).toBe("revoked");
    expect(driven.effects.at(-1)?.kind).toBe("load");
    driven.wait(300);
    driven.press("enter");
    expect(driven.state.mode).toBe("normal");
  });
});

describe("what a role may not do", () => {
  const as = (role: "reader" | "responder" | "verifier") => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey()]);
    driven.send({ kind: "identity", identity: { principal: "token:ann", role } });
    return driven;
  };

  it.each(["reader", "verifier"] as const)("is not offered to a %s, whatever --write says", (role) => {
    const driven = as(role);
    expect(driven.screen()).toContain("READ-ONLY");
    expect(driven.screen()).not.toContain("x revoke");
    driven.press("w");
    expect(driven.screen()).toContain(`a ${role} may change nothing`);
    driven.press("x");
    expect(driven.screen()).toContain(`a ${role} may not revoke: it takes the role admin or operator`);
    expect(driven.state.dialog).toBeNull();
  });

  it("is not what Next offers to a reader either", () => {
    const driven = drive({ isWritable: true, screen: "next" });
    driven.load([makeManagedKey({ ageDays: 400 })]);
    expect(driven.screen()).toContain("a act");
    driven.send({ kind: "identity", identity: { principal: "token:ann", role: "reader" } });
    expect(driven.screen()).toContain("OVERDUE");
    expect(driven.screen()).not.toContain("a act");
    driven.press("a");
    expect(driven.screen()).toContain("a reader may not rotate: it takes the role admin or operator");
  });

  it("leaves a responder the revocation alone", () => {
    const driven = as("responder");
    expect(driven.screen()).toContain("x revoke");
    expect(driven.screen()).not.toContain("r rotate");
    driven.press("r");
    expect(driven.state.dialog).toBeNull();
  });
});

describe("a token that is refused", () => {
  it("is replaced in place, and never shown", () => {
    const driven = drive();
    driven.load([makeManagedKey()]);
    driven.press("t");
    driven.wait(300);
    driven.type("kwt_new");
    expect(driven.screen()).toContain("token: •••••••▏");
    driven.press("enter");
    const asked = driven.effects.slice(-4).map(({ kind }) => kind);
    expect(asked).toEqual(["use-token", "identify", "begin-feed", "load"]);
    expect(JSON.stringify(driven.state)).not.toContain("kwt_new");
  });
});

describe("a pane or dialog", () => {
  it("stays with its key when that key is revoked by somebody else, and says so", () => {
    const driven = drive({ rows: 40 });
    const [first, ...others] = makeInventory(20);
    driven.load(makeInventory(20));
    driven.press("enter");
    const shown = driven.state.paneKey;
    const keys = [...(first === undefined ? [] : [first]), ...others].map((key) =>
      key.id === shown?.id
        ? { ...key, state: "revoked" as const, revokedAt: new Date(driven.state.nowMs).toISOString() }
        : key,
    );
    driven.wait(5000);
    driven.load(keys);
    const title = driven
      .screen()
      .split("\n")
      .find((line) => line.startsWith("── ") && line.includes(shown?.name ?? "?"));
    expect(title).toContain("revoked just now");
    driven.wait(5000);
    driven.load(keys.filter(({ id }) => id !== shown?.id));
    expect(driven.screen()).toContain("no longer in the inventory");
  });

  it("says at once that its key is another by now, before anything is typed for the old one", () => {
    const key = makeManagedKey({ id: "key-1", name: "payments", generation: 1 });
    const other = makeManagedKey({ id: "key-2", name: "mailer" });
    const told = (changed: typeof key): string => {
      const driven = drive({ isWritable: true });
      driven.load([key, other]);
      while (driven.keys[driven.state.list.viewport.cursor]?.id !== key.id) driven.press("j");
      driven.press("x");
      expect(driven.screen()).not.toContain("somebody");
      const page = { changes: [], keys: [changed], nextAfter: 1, hasMore: false };
      driven.send({ kind: "changes", page });
      expect(driven.state.dialog?.kind).toBe("revoke");
      const shown = driven.screen();
      driven.wait(300);
      driven.type("payments");
      driven.press("enter");
      expect(changes(driven)).toEqual([]);
      expect(driven.screen()).toContain("nothing was changed: what is asked here is past");
      return shown;
    };
    const at = new Date(Date.parse(key.createdAt)).toISOString();
    expect(told({ ...key, generation: 2 })).toContain("somebody changed it, it is at generation 2");
    expect(told({ ...key, state: "revoked", revokedAt: at })).toContain("somebody revoked it");
    const driven = drive({ isWritable: true });
    driven.load([key, other]);
    driven.press("r");
    const gone = driven.state.dialog as Extract<typeof driven.state.dialog, { kind: "destination" }>;
    driven.load([key, other].filter(({ id }) => id !== gone.target.id));
    expect(driven.screen()).toContain("it has left the inventory");
  });

  it("leaves the place in the list where it was after an act, with the next key chosen", () => {
    const driven = drive({ isWritable: true });
    const keys = makeInventory(20);
    driven.load(keys);
    driven.press("j", "j", "x");
    const acted = driven.keys[2];
    const next = driven.keys[3];
    driven.wait(300);
    driven.type(acted?.name ?? "");
    driven.press("enter");
    const told = keys.find(({ id }) => id === acted?.id) ?? makeManagedKey();
    const { target } = driven.state.dialog as Extract<typeof driven.state.dialog, { kind: "busy" }>;
    const key = { ...told, state: "revoked" as const, revokedAt: new Date(driven.state.nowMs).toISOString() };
    if (target !== null) driven.send({ kind: "revoked", target, key, isRepeat: false });
    expect(driven.state.list.viewport.cursor).toBe(2);
    expect(driven.keys[2]?.id).toBe(next?.id);
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
    driven.send({ kind: "resize", columns: 20, rows: 6 });
    expect(driven.screen()).toContain("40×8, has 20×6.");
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
