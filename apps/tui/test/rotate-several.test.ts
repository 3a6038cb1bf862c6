import { aforo } from "@keywarden/key-format";
import { capabilitiesOf } from "@keywarden/management";
import type { RotationPlan, RotationResult } from "@keywarden/rotation";
import { RotationError } from "@keywarden/rotation";
import { makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { Rotator } from "../src/effects/make-rotator.ts";
import { planAll } from "../src/effects/rotate-all.ts";
import { continueRotations } from "../src/effects/rotate-key.ts";
import type { Effect } from "../src/state/effect.ts";
import { drive, type Driven } from "./drive.ts";

function makePlan(sinks: readonly string[], graceSeconds: number): RotationPlan {
  const capabilities = capabilitiesOf(aforo, "operator");
  return {
    capabilities,
    status: null,
    warnings: [],
    fact: {
      type: "planned",
      version: 1,
      rotation: "0123abcd",
      server: "http://127.0.0.1:8443",
      directory: "/work",
      key: makeManagedKey(),
      contract: capabilities,
      graceSeconds,
      successorName: "payments rot-1",
      sinks,
    },
  };
}

/** Plans whatever it is asked for, but for the key `stuck`, and remembers where `key-1` went. */
const planner: Rotator = {
  recall: (id) => (id === "key-1" ? ["env:.env#OLD"] : []),
  plan: async ({ id }, sinks) => {
    if (id === "stuck") throw new RotationError("ROTATION_REFUSED", "it is being rotated already");
    return makePlan(sinks, id === "key-1" ? 0 : 300);
  },
  start: () => Promise.reject(new Error("nothing was confirmed")),
  unfinished: () => [],
  resume: () => Promise.reject(new Error("nothing was confirmed")),
};

function open(rows = 40): Driven {
  const driven = drive({ isWritable: true, columns: 120, rows });
  driven.load(
    ["key-1", "key-2", "stuck"].map((id) => makeManagedKey({ id, name: `pay ${id}`, owner: "ada" })),
  );
  driven.press("space", "space", "space", "r");
  driven.wait(300);
  return driven;
}

type PlanAll = Extract<Effect, { kind: "plan-all" }>;

async function plan(driven: Driven, typed: string): Promise<void> {
  driven.type(typed);
  driven.press("enter");
  const asked = driven.effects.findLast(({ kind }) => kind === "plan-all") as PlanAll;
  await planAll({ rotator: planner, send: driven.send, now: () => 0 }, asked);
  driven.wait(300);
}

const changes = ({ effects }: Driven) => effects.filter(({ kind }) => kind === "rotate-all");

describe("rotating several keys", () => {
  it("shows the plan of each, and why one is left out, before anything is confirmed", async () => {
    const driven = open();
    expect(driven.screen()).toContain("Rotate 3 keys: where do the new keys go?");
    await plan(driven, "env:.env#{NAME}");
    expect(driven.screen()).toContain("1 of 2 old keys stop at once");
    expect(driven.screen()).toContain("owner ada → env:.env#PAY_KEY_1");
    expect(driven.screen()).toContain("owner ada → env:.env#PAY_KEY_2");
    expect(driven.screen()).toContain("The old key works for 5 min beside the new one");
    expect(driven.screen()).toContain("! left out: pay stuck: it is being rotated already");
    driven.send({ kind: "paste", text: "rotate 2 keys" });
    driven.press("enter");
    expect(changes(driven)).toEqual([]);
  });

  it("happens once their number is typed, to those that were shown", async () => {
    const driven = open();
    await plan(driven, "env:.env#{NAME}");
    driven.type("rotate 3 keys");
    driven.press("enter");
    expect(changes(driven)).toEqual([]);
    for (const _ of "rotate 3 keys") driven.press("backspace");
    driven.type("rotate 2 keys");
    driven.press("enter");
    expect(changes(driven)).toMatchObject([
      { planned: [{ target: { id: "key-1", generation: 3 } }, { target: { id: "key-2" } }] },
    ]);
    driven.send({
      kind: "batch-done",
      verb: "Rotated",
      done: ["pay key-1: it works"],
      failures: ["pay key-2: no"],
    });
    expect(driven.screen()).toContain("Rotated 1 key, and not 1");
  });

  it("refuses to deliver two keys to one place, or one to a place that nobody remembers", async () => {
    const driven = open();
    await plan(driven, "env:.env#KEY");
    expect(driven.screen()).toContain("pay key-2: env:.env#KEY is for pay key-1 already");
    driven.press("escape", "r");
    driven.wait(300);
    await plan(driven, "last");
    expect(driven.screen()).toContain("→ env:.env#OLD");
    expect(driven.screen()).toContain("pay key-2: nothing on this machine remembers where it went");
  });

  it("scrolls where the plans are more than the screen has lines, and comes back when something is typed", async () => {
    const driven = open(17);
    await plan(driven, "env:.env#{id}");
    expect(driven.screen()).toMatch(/Rotate 2 keys .* \d+ more: pgdn/);
    expect(driven.screen()).not.toContain("Enter with nothing typed cancels");
    driven.press("pagedown", "pagedown", "pagedown");
    expect(driven.screen()).toContain("Enter with nothing typed cancels");
    driven.press("r");
    expect(driven.screen()).toContain("type rotate 2 keys : r");
  });

  it("is about the marked key alone where one is marked, and about none that is gone", () => {
    const driven = drive({ isWritable: true });
    driven.load([makeManagedKey({ id: "key-1", name: "a" }), makeManagedKey({ id: "key-2", name: "b" })]);
    driven.press("space");
    const [marked] = driven.state.list.marked;
    driven.press("r");
    expect(driven.state.dialog).toMatchObject({
      kind: "destination",
      target: { id: marked },
    });
  });
});

describe("continuing several rotations", () => {
  it("goes on past one that fails, waits for those that are not due at the server, and tells of all at once", async () => {
    const driven = open();
    driven.press("escape");
    const later = driven.state.nowMs + 1000;
    const names = ["one", "two", "three", "later"];
    const rotator: Rotator = {
      ...planner,
      unfinished: () =>
        names.map((name) => ({ rotation: name, keyId: name, name, dueAtMs: name === "later" ? later : 0 })),
      resume: (rotation) => {
        if (rotation === "one") throw new RotationError("ROTATION_LOCKED", "another program is at it");
        const state = { plan: makePlan([], 0).fact, delivered: new Set([`env:.env#${rotation}`]) };
        return Promise.resolve({ outcome: "done", state } as unknown as RotationResult);
      },
    };
    driven.press("c");
    await continueRotations(rotator, driven.send, () => driven.state.nowMs);
    const screen = driven.screen();
    expect(screen).toContain("Rotated 2 keys, and not 1");
    expect(screen).toContain("one: another program is at it");
    expect(screen).toMatch(
      /two: The new key is in env:\.env#two\.[\s\S]*three: The new key is in env:\.env#three\./,
    );
    expect(screen).not.toContain("later: ");
  });

  it.each([
    { delivered: [], isOffered: true },
    { delivered: ["env:.env#KEY"], isOffered: false },
  ])("offers to give up one that stopped only while nothing is delivered: $delivered", async (one) => {
    const driven = open();
    driven.press("escape");
    const rotator: Rotator = {
      ...planner,
      unfinished: () => [{ rotation: "0123abcd", keyId: "one", name: "one", dueAtMs: 0 }],
      resume: () => {
        const state = { plan: makePlan([], 0).fact, delivered: new Set(one.delivered) };
        const message = "the key is revoked";
        return Promise.resolve({ outcome: "stopped", message, state } as unknown as RotationResult);
      },
    };
    await continueRotations(rotator, driven.send, () => driven.state.nowMs);
    expect(driven.screen()).toContain("one is not rotated yet");
    expect(driven.screen().includes("To give it up: keywarden rotate --abandon 0123abcd")).toBe(
      one.isOffered,
    );
  });
});
