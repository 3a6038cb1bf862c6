import { ManagementError } from "@keywarden/management";
import { describe, expect, test } from "vitest";
import { nextDelayMs } from "../src/jobs/stage.ts";
import { makeRevokeRig, subject } from "./rig/revoke-rig.ts";

const facts = { delivery: "delivery-7", keyId: subject.keyId };

describe("what is told of a revocation", () => {
  test("is how long it took since the first repository showed the key, and who did what", async () => {
    await using rig = await makeRevokeRig();
    rig.clock.advance(5_000);
    const other = await rig.expose(8, "came-after");
    rig.clock.advance(2_000);
    expect(await rig.run()).toBe("done");
    expect(rig.revokedAfterMs).toEqual([7_000]);
    expect(rig.lines).toEqual([["info", "revoked aforo sk_live_… 7000 ms after receipt", facts]]);
    expect(await rig.details("key.revoke.finished")).toMatchObject({
      outcome: "revoked",
      exposures: [rig.exposureId, other],
      delivery: "delivery-7",
      pusher: "dev",
      head: "c".repeat(40),
      receivedAtMs: rig.clock() - 7_000,
      repositoryId: 7,
    });
    // Wherever it is exposed the key is known to have ended.
    for (const id of [rig.exposureId, other])
      expect(await rig.storage.decisions.get(id)).toMatchObject({
        ownership: "mine-inactive",
        state: "revoked",
      });
  });

  test("and of one that was done before, that it was", async () => {
    await using rig = await makeRevokeRig();
    rig.provider.ownership = "mine-inactive";
    expect(await rig.run()).toBe("done");
    expect(rig.lines).toEqual([["info", "aforo sk_live_… is revoked already", facts]]);
    expect(rig.revokedAfterMs).toEqual([]);
    await using late = await makeRevokeRig();
    late.provider.answer = () => {
      throw new ManagementError("MANAGEMENT_TIMEOUT", "no");
    };
    await late.run();
    late.provider.ownership = "mine-inactive";
    await late.run();
    expect(await late.details("key.revoke.finished")).toMatchObject({ outcome: "already-revoked" });
  });

  test("and of one that failed, why", async () => {
    await using rig = await makeRevokeRig();
    rig.provider.answer = () => {
      throw new ManagementError("MANAGEMENT_FORBIDDEN", "no");
    };
    await rig.run();
    expect(await rig.details("key.revoke.failed")).toMatchObject({ errorCode: "MANAGEMENT_FORBIDDEN" });
  });
});

describe("a key that is held", () => {
  const holds = [
    ["breaker", async (rig: Awaited<ReturnType<typeof makeRevokeRig>>) => rig.revokeOthers(1)],
    ["kill-switch", async (rig: Awaited<ReturnType<typeof makeRevokeRig>>) => rig.stop()],
    [
      "refused",
      async (rig: Awaited<ReturnType<typeof makeRevokeRig>>) => {
        rig.provider.answer = () => {
          throw new ManagementError("MANAGEMENT_CONFLICT", "no");
        };
      },
    ],
  ] as const;

  test.each(holds)("by the %s says so, in the decision, the log and the audit", async (why, prepare) => {
    await using rig = await makeRevokeRig({ revocations: 1 });
    await prepare(rig);
    expect([await rig.run(), await rig.state()]).toEqual(["done", `held: ${why}`]);
    expect(await rig.details("key.revoke.withheld")).toMatchObject({ why });
    expect(rig.lines).toEqual([
      [
        "warn",
        expect.stringMatching(`^held aforo sk_live_… \\(${why}\\); .*(approve 1 revokes it|by hand)`),
        facts,
      ],
    ]);
  });

  test.each(["kill-switch", "refused"])(
    "by the %s after an approval has to be approved again",
    async (why) => {
      await using rig = await makeRevokeRig({ provenance: "history" });
      expect(await rig.approve()).toBe("revoke");
      await holds.find(([name]) => name === why)?.[1](rig);
      expect([await rig.run(), await rig.state()]).toEqual(["done", "reported: in-history"]);
      expect((await rig.storage.decisions.get(rig.exposureId))?.approval).toBeNull();
    },
  );

  test("by the breaker keeps the approval that comes while it is held", async () => {
    await using rig = await makeRevokeRig({ revocations: 1 });
    await rig.revokeOthers(1);
    const held = await rig.start();
    await rig.approve();
    await rig.storage.transaction(async (stores) => held?.record?.(stores));
    expect((await rig.storage.decisions.get(rig.exposureId))?.approval).toMatchObject({ by: "ada" });
  });
});

describe("an approval", () => {
  test("lets a key through a full breaker, whichever of its exposures was approved, and is named", async () => {
    await using rig = await makeRevokeRig({ revocations: 1 });
    const other = await rig.expose(8, "history");
    await rig.revokeOthers(1);
    expect(await rig.approve(other)).toBe("revoke");
    expect([await rig.run(), await rig.state()]).toEqual(["done", "revoked"]);
    expect(await rig.details("key.revoke.finished")).toMatchObject({ approvedBy: "ada" });
  });

  test("is named for nobody who did not give one", async () => {
    await using rig = await makeRevokeRig();
    await rig.run();
    expect(await rig.details("key.revoke.finished")).not.toHaveProperty("approvedBy");
  });
});

test("an App that has been disarmed since leaves the key, and holds nothing", async () => {
  await using rig = await makeRevokeRig({ gateMode: "dry-run" });
  expect([await rig.run(), rig.calls(), await rig.audited(), rig.lines]).toEqual(["done", 0, [], []]);
});

test("a revocation is tried again for about a day", async () => {
  await using rig = await makeRevokeRig();
  let waitedMs = 0;
  for (
    let attempt = 1, delayMs;
    (delayMs = nextDelayMs(rig.stage.retry, attempt, undefined)) !== null;
    attempt += 1
  )
    waitedMs += delayMs;
  expect([Math.floor(waitedMs / 3_600_000), nextDelayMs(rig.stage.retry, 1, undefined)]).toEqual([24, 500]);
});
