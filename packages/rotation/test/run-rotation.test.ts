import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aero2, aforo, type ManagedProvider } from "@keywarden/key-format";
import { abandonRotation, mayAbandon } from "@keywarden/rotation";
import { assertNoKey } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryPatienceMs, retryDelayMs } from "../src/retry.ts";
import { askedToWaitMs, makeRig, type Fate } from "./rig.ts";

/** So many in a row, the first one at once and the others after their delays, last until patience is over. */
const enoughFailures = (() => {
  let count = 1;
  for (let elapsedMs = 0; elapsedMs < retryPatienceMs; count += 1)
    elapsedMs += Math.ceil(retryDelayMs(count, undefined, 0.5));
  return count;
})();

const providers: readonly (readonly [string, ManagedProvider])[] = [
  ["create, deploy, revoke", aforo],
  ["server-side", aero2],
];

describe("where the provider ends the old secret", () => {
  const day = 24 * 3600 * 1000;
  const graceMs = aero2.rotation.graceSeconds * 1000;

  test.each([2 * day, -2 * day])(
    "a clock that is %i ms off changes neither what the journal says nor how long is waited",
    async (skewMs) => {
      using rig = await makeRig(aero2);
      await rig.start();
      const startedAtMs = rig.clock();
      const untilMs = startedAtMs + graceMs;
      expect(await rig.run({ waitsForGrace: false, skewMs })).toMatchObject({ outcome: "waiting", untilMs });
      expect(rig.journal().oldUntilMs).toBe(untilMs);
      // The clock is right again, a day later: the provider is asked how much is left.
      rig.clock.advance(graceMs - 60_000);
      expect(await rig.run({ waitsForGrace: false })).toMatchObject({ outcome: "waiting", untilMs });
      expect(await rig.run()).toMatchObject({ outcome: "done" });
      expect(rig.clock() - startedAtMs).toBe(graceMs);
    },
  );
});

describe.each(providers)("a rotation by %s", (_, provider) => {
  test("leaves one live secret, in its place, and waits exactly the provider's grace period", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    const startedAtMs = rig.clock();
    expect(await rig.run()).toMatchObject({ outcome: "done" });
    expect(rig.clock() - startedAtMs).toBe(provider.rotation.graceSeconds * 1000);
    expect(rig.provider.liveSecrets()).toBe(1);
    expect(rig.provider.isWorking(rig.sink.text)).toBe(true);
    expect(rig.provider.isWorking(rig.first.secret.reveal())).toBe(false);
  });

  test("without waiting ends with the deadline, both keys working, and is finished later", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    const result = await rig.run({ waitsForGrace: false });
    const untilMs = rig.clock() + provider.rotation.graceSeconds * 1000;
    expect(result).toMatchObject({ outcome: "waiting", untilMs });
    expect(rig.provider.liveSecrets()).toBe(2);
    rig.clock.set(untilMs - 1);
    expect(await rig.run({ waitsForGrace: false })).toMatchObject({ outcome: "waiting" });
    rig.clock.set(untilMs);
    expect(await rig.run({ waitsForGrace: false })).toMatchObject({ outcome: "done" });
    expect(rig.provider.liveSecrets()).toBe(1);
  });

  test("whatever calls fail or lose their answers, ends with one live key in its place once they go well", async () => {
    const fate = fc.constantFrom<Fate>("well", "refused", "lost");
    const outcomes = fc.array(fate, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(outcomes, outcomes, async (atProvider, atSink) => {
        using rig = await makeRig(provider);
        await rig.start();
        rig.provider.decide(...atProvider);
        rig.sink.outcomes.push(...atSink);
        for (let runs = 0; runs < 10; runs += 1) {
          const result = await rig.run();
          if (result.outcome === "done") break;
          expect(result.outcome).toBe("orphaned");
          // A person has looked at it.
          rig.store.open(rig.rotation).append({ type: "reopened" });
        }
        expect(rig.journal().status).toBe("done");
        expect(rig.provider.isWorking(rig.sink.text)).toBe(true);
        expect(rig.sink.text === rig.first.secret.reveal()).toBe(false);
        expect(rig.provider.liveSecrets()).toBe(1);
        for (const folder of readdirSync(rig.state)) {
          for (const file of readdirSync(join(rig.state, folder), { withFileTypes: true })) {
            if (file.isFile())
              assertNoKey(readFileSync(join(file.parentPath, file.name)), rig.provider.issued);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("makes the key again when the sealing key is gone before it was delivered", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    rig.sink.outcomes.push(...Array<Fate>(enoughFailures).fill("refused"));
    expect(await rig.run()).toMatchObject({ outcome: "orphaned" });
    rmSync(join(rig.state, "sealing-keys"), { recursive: true });
    rig.store.open(rig.rotation).append({ type: "reopened" });
    expect(await rig.run()).toMatchObject({ outcome: "done" });
    expect(rig.types()).toContain("lost");
    expect(rig.provider.liveSecrets()).toBe(1);
    expect(rig.provider.isWorking(rig.sink.text)).toBe(true);
  });

  test("after failures for ten minutes, over all runs, waits for a person and says what to do", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    rig.sink.outcomes.push(...Array<Fate>(enoughFailures).fill("refused"));
    const result = await rig.run();
    expect(result).toMatchObject({
      outcome: "orphaned",
      wayOut: expect.stringContaining("--resume 0a1b2c3d"),
    });
    expect(await rig.run()).toMatchObject({ outcome: "orphaned" });
    expect(rig.provider.isWorking(rig.first.secret.reveal())).toBe(true);
  });

  test("goes on by itself when failures stop before that, however many there were in a few seconds", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    rig.sink.outcomes.push(...Array<Fate>(enoughFailures - 1).fill("refused"));
    expect(await rig.run()).toMatchObject({ outcome: "done" });
  });

  test("is tried again no earlier than the provider and the sink ask for", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    rig.provider.decide("busy");
    rig.sink.outcomes.push("busy", "busy");
    const beganMs = rig.clock();
    const waits: number[] = [];
    expect(await rig.run({ onWait: (ms) => void waits.push(ms) })).toMatchObject({ outcome: "done" });
    expect(waits.filter((ms) => ms === askedToWaitMs)).toHaveLength(3);
    expect(rig.clock() - beganMs).toBeGreaterThanOrEqual(3 * askedToWaitMs);
  });

  test("never touches the old key before the new one is verified", async () => {
    using rig = await makeRig(provider);
    await rig.start();
    await rig.run();
    const types = rig.types();
    expect(types.indexOf("verified")).toBeGreaterThan(types.lastIndexOf("delivered"));
    expect(types.indexOf("old_revoked")).toBeGreaterThan(types.indexOf("verified"));
    expect(types.at(-1)).toBe("done");
  });
});

describe("a rotation that meets somebody else's work", () => {
  test("leaves the old key alone when the new one was revoked during the grace period", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    await rig.run({ waitsForGrace: false });
    rig.provider.revokeBehindOurBack(rig.journal().created?.keyId ?? "");
    expect(await rig.run()).toMatchObject({
      outcome: "stopped",
      message: expect.stringContaining("left alone"),
    });
    expect(rig.provider.isWorking(rig.first.secret.reveal())).toBe(true);
  });

  test("says so when the key was rotated again before the end", async () => {
    using rig = await makeRig(aero2);
    await rig.start();
    await rig.run({ waitsForGrace: false });
    await rig.provider.rotateBehindOurBack(rig.first.key.id);
    expect(await rig.run()).toMatchObject({
      outcome: "stopped",
      message: expect.stringContaining("generation 3"),
    });
  });

  test("gives way, with nothing left behind, when the key was rotated after it was planned", async () => {
    using rig = await makeRig(aero2);
    await rig.start();
    await rig.provider.rotateBehindOurBack(rig.first.key.id);
    expect(await rig.run()).toMatchObject({ outcome: "abandoned" });
    expect(rig.sink.deliveries).toBe(0);
  });

  test("does not plan a second rotation beside a successor that is alive", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    await rig.run({ waitsForGrace: false });
    await expect(rig.plan()).rejects.toThrow("is still alive");
  });

  test("does not plan one for a revoked key, or while an older secret is in grace", async () => {
    using revoked = await makeRig(aforo);
    revoked.provider.revokeBehindOurBack(revoked.first.key.id);
    await expect(revoked.plan()).rejects.toThrow("is revoked");
    using rolled = await makeRig(aero2);
    await rolled.provider.rotateBehindOurBack(rolled.first.key.id);
    await expect(rolled.plan()).rejects.toThrow("--end-grace");
  });
});

describe("taking a rotation back", () => {
  test("revokes a new key that is in no place yet, and keeps the old one", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    // Its answer is lost, and then the provider is away.
    rig.provider.decide("lost", ...Array<Fate>(enoughFailures - 1).fill("refused"));
    expect(await rig.run()).toMatchObject({ outcome: "orphaned" });
    expect(rig.provider.liveSecrets()).toBe(2);
    const result = await abandonRotation({
      journal: rig.store.open(rig.rotation),
      keyApi: rig.provider.keyApi,
      destroySealingKey: () => rig.store.destroySealingKey(rig.rotation),
    });
    expect(result).toMatchObject({ outcome: "abandoned" });
    expect(rig.provider.liveSecrets()).toBe(1);
    expect(rig.provider.isWorking(rig.first.secret.reveal())).toBe(true);
  });

  test("works after a delivery that the system refused, and not after one that may have arrived", async () => {
    for (const [code, outcome] of [
      ["SINK_UNWRITABLE", "abandoned"],
      ["SINK_REFUSED", "can only go forward"],
    ] as const) {
      using rig = await makeRig(aforo);
      await rig.start();
      rig.sink.complaint = "the disk is full";
      rig.sink.complaintCode = code;
      const stopped = await rig.run();
      expect([stopped.outcome, mayAbandon(stopped.state)]).toEqual(["stopped", outcome === "abandoned"]);
      const ending = await abandonRotation({
        journal: rig.store.open(rig.rotation),
        keyApi: rig.provider.keyApi,
        destroySealingKey: () => {},
      }).then(
        (result) => result.outcome,
        (error: unknown) => String(error),
      );
      expect(ending).toContain(outcome);
      expect(rig.provider.isWorking(rig.first.secret.reveal())).toBe(true);
    }
  });

  test("is refused once a delivery was begun, and once a rotation has ended", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    await rig.run({ waitsForGrace: false });
    const take = () =>
      abandonRotation({
        journal: rig.store.open(rig.rotation),
        keyApi: rig.provider.keyApi,
        destroySealingKey: () => {},
      });
    await expect(take()).rejects.toThrow("can only go forward");
    await rig.run();
    await expect(take()).rejects.toThrow("has ended already");
  });
});
