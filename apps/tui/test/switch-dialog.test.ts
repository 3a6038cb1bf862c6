import { ManagementError } from "@keywarden/management";
import { makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { switchConfirmedKey } from "../src/effects/switch-key.ts";
import { drive, type Driven } from "./drive.ts";

const changes = ({ effects }: Driven) => effects.filter(({ kind }) => kind === "switch-key");

describe("disabling and enabling", () => {
  const disabled = makeManagedKey({ state: "disabled", disabledAt: new Date().toISOString(), revision: 5 });

  it("says what will happen, needs the key's name, and asks for the key as it was seen", () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey({ owner: "ada", revision: 4 })]);
    driven.press("d");
    driven.wait(300);
    expect(driven.screen()).toMatch(/last used .* · owner ada/);
    expect(driven.screen()).toContain(
      "It stops at once, with whatever uses it, until somebody enables it again.",
    );
    driven.press("enter");
    expect(changes(driven)).toEqual([]);
    driven.press("d");
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    const [effect] = changes(driven);
    expect(effect).toMatchObject({
      kind: "switch-key",
      act: "disable",
      target: { id: "key-1", generation: 3, revision: 4 },
    });
    if (effect?.kind !== "switch-key") return;
    driven.send({ ...effect, kind: "key-switched", key: disabled, isRepeat: false });
    expect(driven.screen()).toContain("Disabled payments");
    driven.wait(300);
    driven.press("enter");
    expect(driven.screen()).toContain("disabled, fresh");
    driven.press("d");
    expect(driven.screen()).toContain("payments is disabled already: D enables it");
    driven.press("D");
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven).at(-1)).toMatchObject({ act: "enable", target: { revision: 5 } });
  });

  it("is offered to those who may: a responder disables, and does not enable", () => {
    const driven = drive({ isWritable: true });
    driven.load([disabled]);
    const identity = { role: "responder" as const, principal: "token:rita" };
    driven.send({ kind: "identity", identity });
    driven.press("D");
    expect(driven.screen()).toContain("a responder may not enable: it takes the role admin or operator");
    expect(driven.state.dialog).toBeNull();
  });

  it("says in the open dialog that somebody changed the key, which the server would refuse then", () => {
    const driven = drive({ isWritable: true });
    driven.send({ kind: "start" });
    driven.send({ kind: "feed-begun", after: 7 });
    driven.load([makeManagedKey()]);
    driven.press("d");
    const change = {
      changes: [],
      keys: [makeManagedKey({ revision: 1, owner: "bob" })],
      nextAfter: 8,
      hasMore: false,
    };
    driven.send({ kind: "changes", page: change });
    expect(driven.screen()).toContain("somebody changed it meanwhile: esc, and look again");
  });

  it("does not claim to know what became of a request that got no answer", async () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey()]);
    driven.press("d");
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    const effect = changes(driven)[0];
    if (effect?.kind !== "switch-key") return;
    const lost = () => Promise.reject(new ManagementError("MANAGEMENT_UNREACHABLE", "no answer"));
    await switchConfirmedKey({ disable: lost, enable: lost }, effect, driven.send, () => driven.state.nowMs);
    expect(driven.screen()).toContain("payments may or may not be disabled: check its status");
  });
});
