import { aforo } from "@keywarden/key-format";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JournalFact, JournalEntry } from "../../src/journal/entry.ts";
import { mayAbandon, nextStep, replay, type RotationState } from "../../src/journal/replay.ts";
import { makeRig } from "../rig.ts";

type Change = Omit<Partial<RotationState>, "created" | "orphaned" | "lastFailure"> & {
  readonly created?: unknown;
  readonly orphaned?: unknown;
  readonly lastFailure?: unknown;
};

let rig: Awaited<ReturnType<typeof makeRig>>;
let plan: JournalFact;
beforeAll(async () => {
  rig = await makeRig(aforo);
  plan = (await rig.plan()).fact;
});
afterAll(() => rig[Symbol.dispose]());

const startMs = 1_000;
/** What a journal of these facts says, the plan before them; the entries are a millisecond apart. */
const stateAfter = (...facts: readonly JournalFact[]): RotationState =>
  replay(
    [plan, ...facts].map((fact, sequence): JournalEntry => ({ ...fact, sequence, atMs: startMs + sequence })),
  );

const created: JournalFact = {
  type: "created",
  keyId: "key_2",
  generation: 2,
  fingerprint: "f".repeat(64),
  redacted: "sk_live_…",
  oldUntilMs: null,
  sealed: { nonce: "", text: "" } as never,
};
const begin: JournalFact = { type: "begin", step: "create", attempt: 1 };
const lost: JournalFact = { type: "lost", why: "gone", keyId: "key_2", generation: null };
const failed = (code: string, step: "create" | "deliver" = "create"): JournalFact => ({
  type: "failed",
  step,
  code,
  message: "no",
});
const orphaned = (code?: string): JournalFact => ({
  type: "orphaned",
  step: "create",
  message: "stuck",
  wayOut: "look",
  ...(code !== undefined && { code }),
});
const delivered: JournalFact = { type: "delivered", sink: "memory:sink", note: "kept" };
const verified: JournalFact = { type: "verified", by: "call", note: "200" };
const deadline: JournalFact = { type: "old_deadline", untilMs: 77 };

/** Everything that differs between the states before and after the last fact, and nothing else. */
function changeBy(...facts: readonly JournalFact[]): Change {
  const before = stateAfter(...facts.slice(0, -1));
  return Object.fromEntries(
    Object.entries(stateAfter(...facts)).filter(([name, value]) => {
      const old = before[name as keyof RotationState];
      return (
        JSON.stringify(value instanceof Set ? [...value] : value) !==
        JSON.stringify(old instanceof Set ? [...old] : old)
      );
    }),
  );
}

test("a plan alone is a rotation of which nothing has begun", () => {
  expect(stateAfter()).toEqual({
    plan: expect.objectContaining({ type: "planned", sequence: 0 }),
    plannedAtMs: startMs,
    status: "running",
    created: null,
    lostKeyId: null,
    expectedGeneration: 1,
    begunGenerations: new Set(),
    mayHaveOrphan: false,
    isOutcomeUnknown: false,
    attempt: 0,
    delivered: new Set(),
    touched: new Set(),
    freshlyTouched: null,
    isVerified: false,
    oldUntilMs: null,
    oldRemaining: null,
    oldRevokedAtMs: null,
    failures: 0,
    failingSinceMs: null,
    lastFailure: null,
    orphaned: null,
  });
});

test("a journal without a plan, or with two, is none", () => {
  expect(() => replay([])).toThrow("a journal begins with its plan");
  expect(() => stateAfter(plan)).toThrow("a journal has one plan");
});

const well = { failures: 0, failingSinceMs: null, lastFailure: null };
const atSink: JournalFact = { type: "begin", step: "deliver", sink: "memory:sink" };
const touched = { touched: new Set(["memory:sink"]) };
const failing = (code: string, sequence: number): Change => ({
  failures: 1,
  failingSinceMs: startMs + sequence,
  lastFailure: expect.objectContaining({ code }),
});
const rows: readonly (readonly [string, readonly JournalFact[], Change])[] = [
  [
    "begin of a create: a key may be made of which nothing is known",
    [begin],
    { mayHaveOrphan: true, isOutcomeUnknown: true, attempt: 1, begunGenerations: new Set([1]) },
  ],
  [
    "begin of a create in a journal that does not number them: one more, from the generation it names",
    [begin, { type: "begin", step: "create", expectedGeneration: 4 }],
    { attempt: 2, begunGenerations: new Set([1, 4]) },
  ],
  ["begin of any other step: nothing", [{ type: "begin", step: "revoke" }], {}],
  ["begin of a delivery: the sink may have the key", [atSink], { ...touched, freshlyTouched: "memory:sink" }],
  [
    "a delivery that failed without a change: no sink has it",
    [atSink, failed("SINK_UNWRITABLE", "deliver")],
    { ...failing("SINK_UNWRITABLE", 2), touched: new Set(), freshlyTouched: null },
  ],
  [
    "a delivery that may have changed something: the sink may still have it",
    [atSink, failed("SINK_REFUSED", "deliver")],
    failing("SINK_REFUSED", 2),
  ],
  [
    "one that failed without a change after one that may have: the sink may still have it",
    [atSink, failed("SINK_REFUSED", "deliver"), atSink, failed("SINK_UNWRITABLE", "deliver")],
    {
      failures: 2,
      lastFailure: expect.objectContaining({ code: "SINK_UNWRITABLE" }),
    },
  ],
  [
    "created: there is no orphan, and failures are over",
    [begin, failed("MANAGEMENT_TIMEOUT"), created],
    {
      ...well,
      created: expect.objectContaining({ keyId: "key_2" }),
      mayHaveOrphan: false,
      isOutcomeUnknown: false,
    },
  ],
  [
    "lost: the key is remembered until it is revoked, and all begins anew",
    [begin, created, delivered, verified, deadline, lost],
    { created: null, lostKeyId: "key_2", delivered: new Set(), isVerified: false, oldUntilMs: null },
  ],
  [
    "lost, where the secret was replaced in place: the next roll starts from the lost generation",
    [begin, { type: "lost", why: "gone", keyId: null, generation: 2 }],
    { isOutcomeUnknown: false, expectedGeneration: 2 },
  ],
  [
    "orphan_revoked of the lost key: it is forgotten",
    [begin, created, lost, failed("MANAGEMENT_TIMEOUT"), { type: "orphan_revoked", keyId: "key_2" }],
    { ...well, lostKeyId: null },
  ],
  [
    "orphan_revoked of another key: the lost one still has to be revoked",
    [begin, created, lost, { type: "orphan_revoked", keyId: "key_3" }],
    {},
  ],
  [
    "delivered: that sink has it",
    [failed("SINK_AWAY", "deliver"), delivered],
    { ...well, delivered: new Set(["memory:sink"]) },
  ],
  ["verified", [failed("X", "deliver"), verified], { ...well, isVerified: true }],
  [
    "old_deadline of the provider: what is left of it",
    [{ type: "old_deadline", untilMs: 77, remainingMs: 5 }],
    { oldUntilMs: 77, oldRemaining: { ms: 5, toldAtMs: startMs + 1 } },
  ],
  ["old_deadline", [failed("X", "deliver"), deadline], { ...well, oldUntilMs: 77 }],
  [
    "old_revoked: at the time of the entry",
    [failed("X", "deliver"), { type: "old_revoked", keyId: "key_1", by: "keywarden", outcome: "revoked" }],
    { ...well, oldRevokedAtMs: startMs + 2 },
  ],
  ["done", [failed("X", "deliver"), { type: "done" }], { ...well, status: "done" }],
  [
    "failed with what may have been done: the outcome stays unknown",
    [begin, failed("MANAGEMENT_TIMEOUT")],
    {
      failures: 1,
      failingSinceMs: expect.any(Number) as number,
      lastFailure: expect.objectContaining({ code: "MANAGEMENT_TIMEOUT" }),
    },
  ],
  [
    "failed at another step: a refusal there says nothing of the create",
    [begin, failed("MANAGEMENT_FORBIDDEN", "deliver")],
    {
      failures: 1,
      failingSinceMs: expect.any(Number) as number,
      lastFailure: expect.objectContaining({ step: "deliver" }),
    },
  ],
  ["orphaned", [orphaned("X")], { status: "orphaned", orphaned: expect.objectContaining({ code: "X" }) }],
  [
    "reopened: a person has looked at what could not be told",
    [begin, failed("ROTATION_CANNOT_TELL"), orphaned("ROTATION_CANNOT_TELL"), { type: "reopened" }],
    {
      status: "running",
      failures: 0,
      failingSinceMs: null,
      orphaned: null,
      mayHaveOrphan: false,
      isOutcomeUnknown: false,
    },
  ],
  [
    "reopened after anything else: the orphan is still there",
    [begin, failed("MANAGEMENT_TIMEOUT"), orphaned("MANAGEMENT_TIMEOUT"), { type: "reopened" }],
    { status: "running", failures: 0, failingSinceMs: null, orphaned: null },
  ],
  ["abandoned", [{ type: "abandoned", why: "told to" }], { status: "abandoned" }],
];

test.each(rows)("%s", (_, facts, change) => {
  expect(changeBy(...facts)).toEqual(change);
});

describe("a create that failed", () => {
  test.each([
    ["MANAGEMENT_BAD_REQUEST", false],
    ["MANAGEMENT_UNAUTHORISED", false],
    ["MANAGEMENT_FORBIDDEN", false],
    ["MANAGEMENT_NOT_FOUND", false],
    ["MANAGEMENT_PRECONDITION", false],
    ["MANAGEMENT_RATE_LIMITED", false],
    ["MANAGEMENT_REDIRECTED", false],
    ["MANAGEMENT_CONFLICT", true],
    ["MANAGEMENT_UNAVAILABLE", true],
    ["MANAGEMENT_UNREACHABLE", true],
    ["MANAGEMENT_TIMEOUT", true],
    ["MANAGEMENT_BAD_ANSWER", true],
    ["ROTATION_CANNOT_TELL", true],
  ])("with %s leaves its outcome unknown: %s", (code, isOutcomeUnknown) => {
    expect(stateAfter(begin, failed(code))).toMatchObject({ isOutcomeUnknown, mayHaveOrphan: true });
  });
});

test("the steps come in order, and none after the end", () => {
  const facts = [begin, created, delivered, verified, deadline] as const;
  const old: JournalFact = { type: "old_revoked", keyId: "key_1", by: "keywarden", outcome: "revoked" };
  expect([0, 1, 2, 3, 4, 5].map((count) => nextStep(stateAfter(...facts.slice(0, count))))).toEqual([
    "create",
    "create",
    "deliver",
    "verify",
    "deadline",
    "revoke",
  ]);
  expect(nextStep(stateAfter(...facts, old))).toBe("sweep");
  for (const end of [{ type: "done" }, { type: "abandoned", why: "" }, orphaned()] as const) {
    expect(nextStep(stateAfter(...facts, end))).toBeNull();
  }
});

test("a delivery is over when every sink of the plan has the key", () => {
  if (plan.type !== "planned") throw new Error("the first fact is the plan");
  const planned: JournalFact = { ...plan, sinks: ["memory:sink", "memory:two"] };
  const stepAfter = (...facts: readonly JournalFact[]) =>
    nextStep(
      replay([planned, created, ...facts].map((fact, sequence) => ({ ...fact, sequence, atMs: startMs }))),
    );
  const second: JournalFact = { ...delivered, sink: "memory:two" };
  expect([stepAfter(), stepAfter(delivered), stepAfter(second), stepAfter(second, delivered)]).toEqual([
    "deliver",
    "deliver",
    "deliver",
    "verify",
  ]);
});

describe("a rotation can be taken back", () => {
  const begun: JournalFact = { type: "begin", step: "deliver", sink: "memory:sink" };
  test.each([
    ["before anything has begun", [], true],
    ["while its new key is nowhere", [begin, created], true],
    ["once it has stopped with its new key nowhere", [begin, created, orphaned()], true],
    ["but not once a sink may have the new key", [begin, created, begun], false],
    ["but not once it has been taken back", [begin, created, { type: "abandoned", why: "no" }], false],
  ] as const)("%s", (_, facts, expected) => {
    expect(mayAbandon(stateAfter(...facts))).toBe(expected);
  });

  test("but not where the provider has replaced the key itself, or may have", () => {
    const rolls = (state: RotationState): RotationState => ({
      ...state,
      plan: { ...state.plan, contract: { ...state.plan.contract, procedure: "server-side" } },
    });
    expect([[], [begin], [begin, created]].map((facts) => mayAbandon(rolls(stateAfter(...facts))))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("a delivery of which the journal names no sink has touched none", () => {
    expect(changeBy(begin, created, { type: "begin", step: "deliver" })).toEqual({});
    expect(changeBy(begin, created, { type: "begin", step: "verify", sink: "memory:sink" })).toEqual({});
  });
});
