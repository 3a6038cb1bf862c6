import { ManagementError } from "@keywarden/management";
import type { KeyApi } from "@keywarden/rotation";
import { sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import type { KeyApiCall } from "../../src/key-api.ts";
import { unseal } from "../../src/seal.ts";
import { createSuccessor } from "../../src/steps/create-successor.ts";
import { newSecret, oldKey, sealingKey, startMs, stateOf, work, type Situation } from "./state-of.ts";

const asOwnKey = { procedure: "create-deploy-revoke" } as const;
const inPlace = { procedure: "server-side" } as const;

/** A provider that does what it is asked, or throws that; it remembers what it was asked. */
function makeProvider(thrown?: Error) {
  const asked: unknown[] = [];
  const calls: KeyApiCall[] = [];
  const answer = async (call: KeyApiCall, key: { id: string; generation: number }) => {
    calls.push(call);
    if (thrown !== undefined) throw thrown;
    return { key, secret: newSecret };
  };
  const keyApi: Partial<KeyApi> = {
    createLike: ({ successorName, key }, call) => {
      asked.push(`create ${successorName} like ${key.id}`);
      return answer(call, { id: "key_2", generation: 1 });
    },
    roll: async (id, expectedGeneration, call) => {
      asked.push(`roll ${id} from ${expectedGeneration}`);
      return { ...(await answer(call, { id, generation: expectedGeneration + 1 })), graceSeconds: 60 };
    },
    revoke: async (id) => {
      asked.push(`revoke ${id}`);
      return { outcome: "revoked" };
    },
    whoAmI: async () => "token:us",
  };
  return { asked, calls, keyApi };
}

const create = async (situation: Situation, thrown?: Error, tools: Parameters<typeof work>[2] = {}) => {
  const provider = makeProvider(thrown);
  const result = await work(createSuccessor, stateOf(situation), { keyApi: provider.keyApi, ...tools });
  return { ...result, ...provider };
};

describe("a new key", () => {
  test("is made like the old one, after the attempt was recorded, and kept sealed", async () => {
    const { facts, asked, error } = await create(asOwnKey);
    expect([error, asked]).toEqual([null, ["create billing (0a1b2c3d) like key_1"]]);
    expect(facts).toEqual([
      { type: "begin", step: "create", attempt: 1 },
      {
        type: "created",
        keyId: "key_2",
        generation: 1,
        fingerprint: sha256(newSecret.reveal()),
        redacted: newSecret.redacted,
        oldUntilMs: null,
        sealed: expect.anything() as unknown,
      },
    ]);
    const [, created] = facts;
    if (created?.type !== "created") throw new Error("a key was created");
    expect(unseal(created.sealed, sealingKey, "0a1b2c3d")?.reveal()).toBe(newSecret.reveal());
  });

  test.each([
    ["rotation", startMs + 60_000],
    // What its first use begins is counted from its verification.
    ["first-use", null],
  ] as const)("in place of the old one's text ends that from %s on", async (graceFrom, oldUntilMs) => {
    const { facts, asked, error } = await create({ ...inPlace, contract: { graceFrom } });
    expect([error, asked]).toEqual([null, ["roll key_1 from 1"]]);
    expect(facts).toMatchObject([
      { type: "begin", step: "create", expectedGeneration: 1, attempt: 1 },
      { type: "created", keyId: "key_1", generation: 2, oldUntilMs },
    ]);
  });

  test.each([asOwnKey, inPlace])("comes after the lost one is revoked: %o", async (how) => {
    const { facts, asked } = await create({ ...how, state: { lostKeyId: "key_9" } });
    expect([asked[0], facts[0]]).toEqual(["revoke key_9", { type: "orphan_revoked", keyId: "key_9" }]);
    expect(facts.map(({ type }) => type)).toEqual(["orphan_revoked", "begin", "created"]);
  });

  test("is never asked for without a key to seal it with, which is made where there is none", async () => {
    const mayCreate: boolean[] = [];
    const keyOf = (key: Uint8Array | null) => (may: boolean) => {
      mayCreate.push(may);
      return key;
    };
    const none = await create(asOwnKey, undefined, { sealingKey: keyOf(null) });
    expect([none.error?.message, none.asked]).toEqual(["a sealing key exists or is created", []]);
    await create(asOwnKey, undefined, { sealingKey: keyOf(sealingKey) });
    expect(mayCreate).toEqual([true, true]);
  });

  test("is asked for by one request per rotation, attempt and sealing key", async () => {
    const idOf = async (situation: Situation, key = sealingKey) => {
      const { calls } = await create(situation, undefined, { sealingKey: () => key });
      expect(calls[0]?.sealTo).toBeDefined();
      return calls[0]?.idempotencyKey;
    };
    const first = await idOf(asOwnKey);
    expect(first).toMatch(/^keywarden-0a1b2c3d-1-[0-9a-f]{8}$/);
    expect(await idOf(inPlace)).toBe(first);
    const others = [
      await idOf({ ...asOwnKey, state: { attempt: 1 } }),
      await idOf({ ...asOwnKey, plan: { rotation: "ffffffff" } }),
      await idOf(asOwnKey, new Uint8Array(32).fill(8)),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });
});

const failure = (facts: ConstructorParameters<typeof ManagementError>[2] = {}) =>
  new ManagementError("MANAGEMENT_CONFLICT", "no", facts);
const taken = failure({ reason: "SUCCESSOR_EXISTS" });
const delivered = failure({ reason: "secret_already_delivered" });
const impostor = (reason: string) => Object.assign(new Error("no"), { reason });

describe("a key of its own that is not made", () => {
  test.each([
    [
      "somebody else has made one",
      taken,
      "ROTATION_LOST_RACE",
      /somebody else has made the key that replaces key_1: no/,
    ],
    [
      "its only answer is gone",
      delivered,
      "ROTATION_CANNOT_TELL",
      /"billing \(0a1b2c3d\)" was made, but the answer/,
    ],
  ] as const)("because %s", async (_, thrown, code, message) => {
    const { error, facts } = await create(asOwnKey, thrown);
    expect([error?.code, error?.cause]).toEqual([code, thrown]);
    expect(error?.message).toMatch(message);
    expect(facts).toEqual([{ type: "begin", step: "create", attempt: 1 }]);
  });

  test.each([
    ["its own, from a request that arrived late, is revoked, and it is made again", true, "key_3"],
    ["somebody else's", true, null],
    ["not looked for where no request of its own was without an answer", false, "key_3"],
  ] as const)("because there is one: %s", async (_, mayHaveOrphan, late) => {
    const revoked: string[] = [];
    let looks = 0;
    const { error, facts } = await create({ ...asOwnKey, state: { mayHaveOrphan } }, taken, {
      keyApi: {
        createLike: () => Promise.reject(taken),
        // Not there yet when it is looked for before the request.
        async *listMadeBy() {
          looks += 1;
          if (looks === 2 && late !== null) yield { ...oldKey, id: late };
        },
        revoke: async (id) => {
          revoked.push(id);
          return { outcome: "revoked" };
        },
      },
    });
    const isOwn = mayHaveOrphan && late !== null;
    expect([error?.code ?? null, revoked]).toEqual(isOwn ? [null, [late]] : ["ROTATION_LOST_RACE", []]);
    expect(facts.slice(1)).toEqual(isOwn ? [{ type: "orphan_revoked", keyId: late }] : []);
  });

  test.each([failure(), impostor("SUCCESSOR_EXISTS"), impostor("secret_already_delivered")])(
    "for any other reason is tried again: %o",
    async (thrown) => {
      expect((await create(asOwnKey, thrown)).error).toBe(thrown);
    },
  );
});

describe("a text that is not replaced", () => {
  const skewMs = 5 * 60_000;
  const moved = (change: { generation?: number; changedBy?: string; changedAtMs?: number } = {}) => {
    const { generation = 2, changedBy = "token:us", changedAtMs = startMs } = change;
    return failure({ lostUpdate: { generation, changedBy, changedAt: new Date(changedAtMs).toISOString() } });
  };
  const begun = { ...inPlace, contract: { generations: true }, state: { begunGenerations: new Set([1]) } };
  const lost = { type: "lost", why: expect.any(String) as string, keyId: null, generation: 2 };

  test.each([
    ["by the next generation", moved()],
    ["by a clock that is five minutes slow", moved({ changedAtMs: startMs - skewMs })],
  ])("because an earlier try of ours did, %s, is lost and rolled again", async (_, thrown) => {
    const { error, facts } = await create(begun, thrown);
    expect([error, facts.at(-1)]).toEqual([null, lost]);
  });

  test.each([
    ["no try was begun", { ...begun, state: {} }, moved()],
    [
      "one was begun from another generation",
      { ...begun, state: { begunGenerations: new Set([2]) } },
      moved(),
    ],
    ["it moved on by two", begun, moved({ generation: 3 })],
    ["it has not moved on", begun, moved({ generation: 1 })],
    ["it moved on before the plan", begun, moved({ changedAtMs: startMs - skewMs - 1 })],
    ["somebody else did it", begun, moved({ changedBy: "token:them" })],
  ] as const)("because somebody else did is a lost race: %s", async (_, situation, thrown) => {
    const { error, facts } = await create(situation, thrown);
    expect([error?.code, error?.cause]).toEqual(["ROTATION_LOST_RACE", thrown]);
    expect(facts.map(({ type }) => type)).toEqual(["begin"]);
  });

  test.each([
    [1, 2],
    [0, null],
  ])(
    "because it was done before and the answer is gone, from generation %i, is lost",
    async (from, generation) => {
      const situation = { ...inPlace, state: { expectedGeneration: from } };
      const { error, facts } = await create(situation, delivered);
      expect([error, facts.at(-1)]).toEqual([null, { ...lost, generation }]);
    },
  );

  test.each([failure(), taken, Object.assign(new Error("no"), { lostUpdate: moved().lostUpdate })])(
    "for any other reason is tried again: %o",
    async (thrown) => {
      expect((await create(begun, thrown)).error).toBe(thrown);
    },
  );

  test("is that of the old key alone", async () => {
    const { asked } = await create({ ...inPlace, plan: { key: { ...oldKey, id: "key_7", tags: [] } } });
    expect(asked).toEqual(["roll key_7 from 1"]);
  });
});
