import { aforo } from "@keywarden/key-format";
import { capabilitiesOf } from "@keywarden/management";
import { makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { drive, type Driven } from "./drive.ts";

function open(given = makeManagedKey()): Driven {
  const driven = drive({ isWritable: true });
  driven.load([given]);
  driven.press("r");
  driven.wait(300);
  return driven;
}

type Sent = Parameters<Driven["send"]>[0];
type Asking = Extract<NonNullable<Driven["state"]["dialog"]>, { kind: "destination" }>;

const targetOf = (driven: Driven) => (driven.state.dialog as Asking).target;

function planFor(driven: Driven, typed: string, graceSeconds: number): Sent {
  const capabilities = capabilitiesOf(aforo, "operator");
  const fact = {
    type: "planned" as const,
    version: 1 as const,
    rotation: "0123abcd",
    server: "http://127.0.0.1:8443",
    directory: "/work",
    key: makeManagedKey(),
    contract: capabilities,
    graceSeconds,
    successorName: "payments rot-1",
    sinks: [typed],
  };
  const plan = { fact, capabilities, status: null, warnings: [] };
  return { kind: "planned", target: targetOf(driven), typed, plan };
}

const rotations = ({ effects }: Driven) => effects.filter(({ kind }) => kind === "rotate");

describe("rotating", () => {
  it("asks for a sink, plans, shows what will happen, and rotates only once the name is typed", () => {
    const driven = open(makeManagedKey({ owner: "ada" }));
    expect(driven.effects.slice(-2).map(({ kind }) => kind)).toEqual(["recall-sinks", "tell-usage"]);
    driven.send({ kind: "paste", text: "env:.env#KEY\n" });
    driven.press("enter");
    expect(driven.effects.at(-1)).toMatchObject({ kind: "plan", typed: "env:.env#KEY" });
    driven.send(planFor(driven, "env:.env#KEY", 86_400));
    expect(rotations(driven)).toEqual([]);
    expect(driven.screen()).toContain("The old key works for 24 h beside the new one, then it stops.");
    expect(driven.screen()).toContain("deliver it to env:.env#KEY");
    expect(driven.screen()).toMatch(/last used .* · owner ada/);
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    expect(rotations(driven)).toMatchObject([{ kind: "rotate", target: { id: "key-1", generation: 3 } }]);
    driven.send({ kind: "step", words: "delivered to env:.env#KEY: written" });
    expect(driven.screen()).toContain("delivered to env:.env#KEY: written");
  });

  it("says before the confirmation, in the tone of danger, that the old key stops at once", () => {
    const driven = open();
    driven.type("env:.env#KEY");
    driven.press("enter");
    driven.send(planFor(driven, "env:.env#KEY", 0));
    expect(
      driven
        .screen(true)
        .split("\n")
        .find((line) => line.includes("stops at once")),
    ).toContain("\u001B[31m\u001B[1m");
  });

  it("stays at the sink when nothing can be planned, and forgets answers about other sinks", () => {
    const driven = open();
    driven.type("env:a");
    driven.press("enter");
    const problem = "env:a must name a variable";
    driven.send({ kind: "plan-refused", target: targetOf(driven), typed: "env:a", problem });
    expect(driven.screen()).toContain(`! ${problem}`);
    const late = planFor(driven, "env:a", 300);
    driven.type("b");
    driven.send(late);
    expect(driven.state.dialog?.kind).toBe("destination");
  });

  it("offers the sinks of last time, but not over what has been typed", () => {
    const driven = open();
    const target = targetOf(driven);
    driven.send({ kind: "sinks-recalled", target, sinks: ["env:.env#A", "command:deploy"] });
    driven.send({ kind: "sinks-recalled", target, sinks: ["env:other#A"] });
    expect(driven.screen()).toContain("deliver to: env:.env#A command:deploy▏");
  });

  it("says who was faster and when", () => {
    const driven = open();
    const message = "mallory changed this key 2m ago; it is at generation 4 now.";
    const failure = { message, advice: "Nothing was changed." };
    driven.send({ kind: "action-failed", title: "payments was not rotated", failure });
    expect(driven.screen()).toContain(message);
  });

  it("ends the old key of its own rotation when the grace period is over", () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey()]);
    const dueAtMs = driven.state.nowMs + 300_000;
    driven.send({
      kind: "unfinished",
      rotations: [{ rotation: "0123abcd", keyId: "key-1", name: "payments", dueAtMs }],
    });
    driven.wait(299_000);
    expect(driven.effects.filter(({ kind }) => kind === "resume")).toHaveLength(0);
    driven.wait(2000);
    driven.wait(2000);
    expect(driven.effects.filter(({ kind }) => kind === "resume")).toHaveLength(1);
  });

  it("names what an earlier program left, and continues it with c", () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey()]);
    driven.send({
      kind: "unfinished",
      rotations: [{ rotation: "0123abcd", keyId: "key-1", name: "payments", dueAtMs: 0 }],
    });
    expect(driven.screen()).toContain("unfinished rotation of payments: c continues it");
    driven.press("c");
    expect(driven.effects.at(-1)?.kind).toBe("resume");
  });
});
