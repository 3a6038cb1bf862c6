import { aero2, aforo } from "@keywarden/key-format";
import { ManagementError } from "@keywarden/management";
import type { KeyApi } from "@keywarden/rotation";
import { describe, expect, test } from "vitest";
import type { JournalFact } from "../../src/journal/entry.ts";
import type { RotationState } from "../../src/journal/replay.ts";
import { RotationError } from "../../src/rotation-error.ts";
import { settleCreate, settleRoll } from "../../src/steps/settle-attempt.ts";
import { makeRig } from "../rig.ts";

type Rig = Awaited<ReturnType<typeof makeRig>>;
type Known = Partial<Pick<RotationState, "isOutcomeUnknown" | "mayHaveOrphan" | "attempt">>;

const cannotTell = () => new RotationError("ROTATION_CANNOT_TELL", "its API has no list");
const listThatThrows = (makeError: () => Error): Partial<KeyApi> => ({
  // oxlint-disable-next-line require-yield
  async *listMadeBy() {
    throw makeError();
  },
});

/** Settles after a first create was begun, with a key API that differs from the rig's in some calls. */
async function settle(
  rig: Rig,
  known: Known,
  { keyApi = {}, idempotencyKey = false }: { keyApi?: Partial<KeyApi>; idempotencyKey?: boolean },
  settleIt: (
    state: RotationState,
    tools: { keyApi: KeyApi },
    record: (fact: JournalFact) => void,
  ) => Promise<number>,
) {
  const facts: JournalFact[] = [];
  rig.store.open(rig.rotation).append({ type: "begin", step: "create", attempt: 1 });
  const journal = rig.journal();
  const contract = { ...journal.plan.contract, idempotencyKey };
  const state = { ...journal, ...known, plan: { ...journal.plan, contract } };
  const attempt = await settleIt(state, { keyApi: { ...rig.provider.keyApi, ...keyApi } }, (fact) =>
    facts.push(fact),
  );
  return { attempt, facts };
}
const create = (rig: Rig, known: Known, how: Parameters<typeof settle>[2]) =>
  settle(rig, known, how, (state, tools, record) => settleCreate(state, tools as never, record));
const roll = (rig: Rig, known: Known, how: Parameters<typeof settle>[2]) =>
  settle(rig, known, how, (state, tools) => settleRoll(state, tools as never));

describe("before another create", () => {
  test("every key of the lost tries is revoked, and the number goes up", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    const name = rig.journal().plan.successorName;
    const orphans = [rig.provider.make(name), rig.provider.make(name)];
    const other = rig.provider.make("somebody else's");
    const { attempt, facts } = await create(rig, {}, {});
    expect(attempt).toBe(2);
    expect(facts).toEqual(orphans.map(({ key }) => ({ type: "orphan_revoked", keyId: key.id })));
    expect(orphans.map(({ secret }) => rig.provider.isWorking(secret.reveal()))).toEqual([false, false]);
    expect(rig.provider.isWorking(other.secret.reveal())).toBe(true);
    expect(rig.provider.isWorking(rig.first.secret.reveal())).toBe(true);
  });

  test("nobody is asked where no try was begun", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    const keyApi = listThatThrows(() => new Error("asked"));
    expect(await create(rig, { mayHaveOrphan: false, attempt: 0 }, { keyApi })).toMatchObject({ attempt: 1 });
  });

  // What is behind the error decides, never that there was one: a clean-up that failed is not one that found nothing.
  const failures = [
    ["the provider is away", () => new ManagementError("MANAGEMENT_UNAVAILABLE", "answered 503")],
    ["the provider refuses", () => new ManagementError("MANAGEMENT_FORBIDDEN", "answered 403")],
    ["the rotation is refused", () => new RotationError("ROTATION_REFUSED", "no")],
    ["another rotation was faster", () => new RotationError("ROTATION_SUPERSEDED", "no")],
  ] as const;
  test.each(failures.flatMap(([name, make]) => [true, false].map((unknown) => ({ name, make, unknown }))))(
    "a clean-up that fails because $name stops it (outcome unknown: $unknown)",
    async ({ make, unknown }) => {
      using rig = await makeRig(aforo);
      await rig.start();
      for (const idempotencyKey of [true, false]) {
        const how = { keyApi: listThatThrows(make), idempotencyKey };
        await expect(create(rig, { isOutcomeUnknown: unknown }, how)).rejects.toThrow(make().message);
      }
    },
  );

  test("a revocation that fails stops it, too", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    rig.provider.make(rig.journal().plan.successorName);
    const keyApi = {
      revoke: () => Promise.reject(new ManagementError("MANAGEMENT_FORBIDDEN", "answered 403")),
    };
    await expect(create(rig, {}, { keyApi })).rejects.toThrow("answered 403");
  });

  test.each([
    { unknown: false, idempotencyKey: false, attempt: 2, why: "it is certain that none was made" },
    { unknown: false, idempotencyKey: true, attempt: 2, why: "it is certain that none was made" },
    { unknown: true, idempotencyKey: true, attempt: 1, why: "the same request is done once" },
  ])(
    "where there is no list the next is number $attempt, because $why",
    async ({ unknown, idempotencyKey, attempt }) => {
      using rig = await makeRig(aforo);
      await rig.start();
      const how = { keyApi: listThatThrows(cannotTell), idempotencyKey };
      expect(await create(rig, { isOutcomeUnknown: unknown }, how)).toEqual({ attempt, facts: [] });
    },
  );

  test("where there is no list and a request is not done once only, a person has to look", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    const settled = create(rig, { isOutcomeUnknown: true }, { keyApi: listThatThrows(cannotTell) });
    await expect(settled).rejects.toMatchObject({
      code: "ROTATION_CANNOT_TELL",
      message: expect.stringMatching(/whether the new key ".+" was made is unknown, and its API has no list/),
    });
  });
});

describe("before another replacement in place", () => {
  const started = async (key: { generation?: number; lastFour?: string }) => {
    const rig = await makeRig(aero2);
    const { fact } = await rig.plan();
    rig.store.create({ ...fact, key: { ...fact.key, ...key } });
    return rig;
  };

  test.each([
    { known: { isOutcomeUnknown: false }, idempotencyKey: true, generation: 0, attempt: 2 },
    { known: { isOutcomeUnknown: true }, idempotencyKey: true, generation: 0, attempt: 1 },
    { known: { isOutcomeUnknown: true }, idempotencyKey: false, generation: 1, attempt: 2 },
  ])("$known, idempotent: $idempotencyKey, generation $generation: $attempt", async (row) => {
    using rig = await started({ generation: row.generation });
    expect(await roll(rig, row.known, { idempotencyKey: row.idempotencyKey })).toMatchObject({
      attempt: row.attempt,
    });
  });

  test("the last four characters tell once, where nothing else does", async () => {
    using same = await started({ generation: 0, lastFour: "0000" });
    expect(await roll(same, {}, {})).toMatchObject({ attempt: 2 });
    await expect(roll(same, { attempt: 2 }, {})).rejects.toThrow("no way to find out");
    using replaced = await started({ generation: 0, lastFour: "1111" });
    await expect(roll(replaced, {}, {})).rejects.toThrow("was replaced (it ends in 0000 instead of 1111)");
    using dark = await started({ generation: 0, lastFour: "" });
    await expect(roll(dark, {}, {})).rejects.toMatchObject({ code: "ROTATION_CANNOT_TELL" });
  });
});
