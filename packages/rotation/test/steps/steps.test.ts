import type { KeyApi } from "@keywarden/rotation";
import { describe, expect, test } from "vitest";
import type { Answered } from "../../src/key-api.ts";
import { deliver } from "../../src/steps/deliver.ts";
import { openSealed } from "../../src/steps/open-sealed.ts";
import { revokeOld } from "../../src/steps/revoke-old.ts";
import { setDeadline } from "../../src/steps/set-deadline.ts";
import { verify } from "../../src/steps/verify.ts";
import { createdBy, newSecret, oldKey, sealingKey, startMs, stateOf, work } from "./state-of.ts";

const both = ["create-deploy-revoke", "server-side"] as const;
type Procedure = (typeof both)[number];
const verified = (procedure: Procedure, created = createdBy(procedure)) =>
  stateOf({ procedure, state: { created, isVerified: true } });
const answering = (answer: Answered): Partial<KeyApi> => ({ lookup: async () => answer });

describe("delivery", () => {
  const makeSinks = () => {
    const got: unknown[] = [];
    const sinks = ["memory:other", "memory:one", "memory:two"].map((target) => ({
      target,
      check: async () => {},
      deliver: async (secret: { reveal(): string }, about: object) => {
        got.push([target, secret.reveal(), about]);
        return `kept in ${target}`;
      },
    }));
    return { got, sinks };
  };

  test.each([
    { delivered: [], next: "memory:one" },
    { delivered: ["memory:one"], next: "memory:two" },
    { delivered: ["memory:two"], next: "memory:one" },
  ])(
    "goes to the first sink of the plan that is not among $delivered: $next",
    async ({ delivered, next }) => {
      const { got, sinks } = makeSinks();
      const state = stateOf({
        procedure: "create-deploy-revoke",
        state: { created: createdBy("create-deploy-revoke"), delivered: new Set(delivered) },
      });
      const { facts, error } = await work(deliver, state, { sinks });
      const about = { rotation: "0a1b2c3d", provider: "aforo", keyId: "key_2", name: "billing (0a1b2c3d)" };
      expect([got, error]).toEqual([[[next, newSecret.reveal(), about]], null]);
      expect(facts).toEqual([
        { type: "begin", step: "deliver", sink: next },
        { type: "delivered", sink: next, note: `kept in ${next}` },
      ]);
    },
  );

  test.each([
    [
      "every sink has it",
      { created: createdBy("server-side"), delivered: new Set(["memory:one", "memory:two"]) },
    ],
    ["there is no new key", { created: null }],
  ])("is never begun where %s", async (_, state) => {
    const { got, sinks } = makeSinks();
    const { facts, error } = await work(deliver, stateOf({ procedure: "server-side", state }), { sinks });
    expect([error?.message, facts, got]).toEqual([
      expect.stringContaining("only while a sink waits"),
      [],
      [],
    ]);
  });

  test("of a key that nobody can read records that it is lost, and delivers nothing", async () => {
    const { got, sinks } = makeSinks();
    const state = stateOf({ procedure: "server-side", state: { created: createdBy("server-side") } });
    const { facts } = await work(deliver, state, { sinks, sealingKey: () => null });
    expect([facts.map(({ type }) => type), got]).toEqual([["lost"], []]);
  });
});

describe("the sealed key", () => {
  const open = (procedure: Procedure, key: Uint8Array | null) => {
    const facts: unknown[] = [];
    const asked: boolean[] = [];
    const tools = {
      sealingKey: (mayCreate: boolean) => {
        asked.push(mayCreate);
        return key;
      },
    };
    const state = stateOf({ procedure, state: { created: createdBy(procedure) } });
    const secret = openSealed(state, tools as never, (fact) => facts.push(fact));
    return { text: secret?.reveal(), facts, asked };
  };

  test("is read with the sealing key, which is never made for that", () => {
    expect(open("server-side", sealingKey)).toEqual({ text: newSecret.reveal(), facts: [], asked: [false] });
  });

  test.each([
    ["create-deploy-revoke", null, { keyId: "key_2", generation: null }],
    ["create-deploy-revoke", new Uint8Array(32), { keyId: "key_2", generation: null }],
    ["server-side", null, { keyId: null, generation: 2 }],
    ["server-side", new Uint8Array(32), { keyId: null, generation: 2 }],
  ] as const)("by %s, with the sealing key %s, is lost: %o", (procedure, key, lost) => {
    const { text, facts } = open(procedure, key);
    expect([text, facts]).toEqual([undefined, [expect.objectContaining({ type: "lost", ...lost })]]);
  });

  test("is not looked for before there is one", () => {
    const opened = () => openSealed(stateOf({ procedure: "server-side" }), {} as never, () => {});
    expect(opened).toThrow("there is no new key yet");
  });
});

describe("verification", () => {
  const state = stateOf({ procedure: "server-side", state: { created: createdBy("server-side") } });
  const asked: unknown[] = [];
  const keyApi: Partial<KeyApi> = {
    lookup: async (...question) => {
      asked.push(question);
      return { found: true, id: "key_1", state: "active" };
    },
  };
  const verification = {
    baseUrl: "http://127.0.0.1:1",
    dialect: { samples: [], sample: { path: "/" } },
  } as never;

  test("begins, asks about the new key and records how it was told", async () => {
    const { facts, error } = await work(verify, state, { keyApi, verification });
    expect([error, asked]).toEqual([null, [[createdBy("server-side").fingerprint, "key_1"]]]);
    expect(facts).toEqual([
      { type: "begin", step: "verify" },
      { type: "verified", by: "lookup", note: expect.any(String) as string },
    ]);
  });

  test("is not begun without a key, nor with one that nobody can read", async () => {
    const none = await work(verify, stateOf({ procedure: "server-side" }), { keyApi, verification });
    expect([none.error?.message, none.facts]).toEqual([
      "verify is the next step only when there is a new key",
      [],
    ]);
    const lost = await work(verify, state, { keyApi, verification, sealingKey: () => null });
    expect(lost.facts.map(({ type }) => type)).toEqual(["lost"]);
  });
});

describe("the old key", () => {
  test.each([
    ["there is no new one", { created: null, isVerified: true }],
    ["the new one is not verified", { created: createdBy("create-deploy-revoke"), isVerified: false }],
  ])("is never revoked where %s", async (_, state) => {
    const { error, facts } = await work(revokeOld, stateOf({ procedure: "create-deploy-revoke", state }));
    expect([error?.message, facts]).toEqual([
      "the old key is never revoked before the new one is verified",
      [],
    ]);
  });

  test("is never revoked where the new one is itself", async () => {
    const state = verified("create-deploy-revoke", createdBy("create-deploy-revoke", { keyId: "key_1" }));
    const { error, facts } = await work(revokeOld, state);
    expect([error?.message, facts]).toEqual(["the new key is not the old one", []]);
  });

  const asking = async (answer: Answered) => {
    const revoked: string[] = [];
    const keyApi: Partial<KeyApi> = {
      ...answering(answer),
      revoke: async (id) => {
        revoked.push(id);
        return { outcome: "revoked" };
      },
    };
    return { revoked, ...(await work(revokeOld, verified("create-deploy-revoke"), { keyApi })) };
  };

  test.each<Answered>([{ found: true, id: "key_2", state: "active" }, { found: null }])(
    "is revoked where its successor's answer is %j",
    async (answer) => {
      const { revoked, facts, error } = await asking(answer);
      expect([error, revoked]).toEqual([null, ["key_1"]]);
      expect(facts).toEqual([
        { type: "begin", step: "revoke" },
        { type: "old_revoked", keyId: "key_1", by: "keywarden", outcome: "revoked" },
      ]);
    },
  );

  test.each<[Answered, string]>([
    [{ found: false }, "unknown"],
    [{ found: true, id: "key_2", state: "revoked" }, "revoked"],
    [{ found: true, id: "key_2", state: "grace" }, "grace"],
  ])("is left alone where its successor's answer is %j", async (answer, why) => {
    const { revoked, facts, error } = await asking(answer);
    expect([error?.code, revoked, facts]).toEqual(["ROTATION_SUPERSEDED", [], []]);
    expect(error?.message).toContain(`is ${why} at the provider`);
  });

  /** By the provider's clock, which is ahead of the one here. */
  const inFive = "2026-06-02T00:00:05.000Z";
  const shown = (change: object): Partial<KeyApi> => ({
    show: async () => ({ ...oldKey, generation: 2, ...change }),
  });
  test.each([
    ["has ended", shown({}), { type: "old_revoked", keyId: "key_1", by: "provider", outcome: "ended" }],
    [
      "ends in 5 s",
      shown({ grace: { until: inFive, remainingSeconds: 5 } }),
      { type: "old_deadline", untilMs: Date.parse(inFive), remainingMs: 5_000 },
    ],
    // At least a second keeps two clocks that differ a little from asking all the time.
    [
      "ends in 0.2 s",
      shown({ grace: { until: inFive, remainingSeconds: 0.2 } }),
      { type: "old_deadline", untilMs: Date.parse(inFive), remainingMs: 1_000 },
    ],
  ])("that its provider ends, %s", async (_, keyApi, fact) => {
    const { error, facts } = await work(revokeOld, verified("server-side"), { keyApi });
    expect([error, facts]).toEqual([null, [fact]]);
  });

  test.each([
    ["generation 3 by now", shown({ generation: 3 }), /has generation 3 by now.*delivered generation 2/],
    ["generation 1 still", shown({ generation: 1 }), /has generation 1 by now/],
    ["a key that was revoked", shown({ state: "revoked" }), /key_1 is revoked by now/],
    ["a key that is disabled", shown({ state: "disabled" }), /key_1 is disabled by now/],
  ])("of %s is somebody else's affair", async (_, keyApi, message) => {
    const { error, facts } = await work(revokeOld, verified("server-side"), { keyApi });
    expect([error?.code, facts]).toEqual(["ROTATION_SUPERSEDED", []]);
    expect(error?.message).toMatch(message);
  });

  const countless = verified("server-side", createdBy("server-side", { generation: 0 }));
  test.each<[Answered, string]>([
    [{ found: true, id: "key_1", state: "active" }, "ended"],
    [{ found: null }, "due"],
  ])("without generations ends by the answer about the new secret: %j is %s", async (answer, outcome) => {
    const { error, facts } = await work(revokeOld, countless, { keyApi: answering(answer) });
    expect([error, facts]).toEqual([
      null,
      [{ type: "old_revoked", keyId: "key_1", by: "provider", outcome }],
    ]);
  });

  test.each<[Answered, string]>([
    [{ found: false }, "is unknown at the provider"],
    [{ found: true, id: "key_1", state: "revoked" }, "is revoked at the provider"],
    [{ found: true, id: "key_1", state: "grace" }, "is grace at the provider"],
  ])("without generations is somebody else's affair where the answer is %j", async (answer, message) => {
    const { error, facts } = await work(revokeOld, countless, { keyApi: answering(answer) });
    expect([error?.code, facts]).toEqual(["ROTATION_SUPERSEDED", []]);
    expect(error?.message).toContain(message);
  });
});

test.each([
  [null, 60_000, 60_000],
  [null, null, 300_000],
  [7, 60_000, 60_000],
])("the deadline is the provider's, or the grace period from now (%#)", (_, oldAfterMs, afterMs) => {
  const facts: unknown[] = [];
  const oldUntilMs = oldAfterMs === null ? null : startMs + oldAfterMs;
  const state = stateOf({
    procedure: "server-side",
    state: { created: createdBy("server-side", { oldUntilMs }) },
  });
  setDeadline(state, { clock: () => startMs }, (fact) => facts.push(fact));
  expect(facts).toEqual([{ type: "old_deadline", untilMs: startMs + afterMs }]);
  const early = () => setDeadline(stateOf({ procedure: "server-side" }), {} as never, () => {});
  expect(early).toThrow("a deadline comes after the new key");
});
