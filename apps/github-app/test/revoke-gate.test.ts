import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeRevokeGate } from "../src/revoke-gate.ts";

const windowMs = 600_000;

/** A gate over a real storage, whose clock stands still until it is told to move. */
async function makeGate(
  options: { mode?: "armed" | "dry-run"; killSwitch?: boolean; revocations?: number } = {},
) {
  const { mode = "armed", killSwitch = false, revocations = 3 } = options;
  const directory = makeTemporaryDirectory();
  const clock = makeClock();
  const storage = await openExposureStorage({ path: join(directory.path, "data"), clock });
  const gate = makeRevokeGate({
    config: { mode, killSwitch, breaker: { revocations, windowMs } },
    dataDirectory: directory.path,
    storage,
  });
  let count = 0;
  /** Opens an intent and ends it, as a job does between entering and leaving. */
  const revoke = async (state: "revoked" | "already-revoked" | "failed" = "revoked"): Promise<void> => {
    count += 1;
    const key = { provider: "aforo", keyId: `key_${count}` };
    const audit = { action: "key.revoked", actor: "test" };
    await storage.intents.open(key, audit);
    const result = state === "failed" ? { state, errorCode: "MANAGEMENT_FORBIDDEN" } : { state };
    await storage.intents.finish(key, result, audit);
  };
  /** Asks, and leaves again at once: whether the gate is open now, or what holds it. */
  const ask = async (jobId = "job"): Promise<string> => {
    const answer = await gate.enter(jobId);
    if (!answer.open) return answer.why;
    answer.leave();
    return "open";
  };
  return {
    gate,
    clock,
    revoke,
    ask,
    killSwitchFile: join(directory.path, "kill-switch"),
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      directory.remove();
    },
  };
}

describe("the breaker", () => {
  test.each([0, 1, 60_000, windowMs / 3 - 1])(
    "holds the revocation after its number, however they are spread over the window (%i ms apart)",
    async (apartMs) => {
      await using rig = await makeGate();
      for (let count = 0; count < 3; count += 1) {
        expect(await rig.ask()).toBe("open");
        await rig.revoke();
        rig.clock.advance(apartMs);
      }
      expect(await rig.ask()).toBe("breaker");
    },
  );

  test("opens for one more as each revocation leaves the window, and not a millisecond before", async () => {
    await using rig = await makeGate();
    const startMs = rig.clock();
    for (let count = 0; count < 3; count += 1) {
      rig.clock.set(startMs + count * 60_000);
      await rig.revoke();
    }
    for (let count = 0; count < 3; count += 1) {
      const leavesAtMs = startMs + count * 60_000 + windowMs;
      rig.clock.set(leavesAtMs);
      expect(await rig.ask()).toBe("breaker");
      rig.clock.set(leavesAtMs + 1);
      expect(await rig.ask()).toBe("open");
      await rig.revoke();
      expect(await rig.ask()).toBe("breaker");
    }
  });

  test("counts what is under way, until it leaves, and each only once", async () => {
    await using rig = await makeGate();
    const inside = await Promise.all(["a", "b", "c", "d"].map((id) => rig.gate.enter(id)));
    expect(inside.filter(({ open }) => open)).toHaveLength(3);
    const leave = inside.flatMap((answer) => (answer.open ? [answer.leave] : []));
    leave[0]?.();
    leave[0]?.();
    expect(await rig.ask()).toBe("open");
    const again = await rig.gate.enter("e");
    expect([again.open, await rig.ask()]).toEqual([true, "breaker"]);
  });

  test("counts revocations only: what the provider refused or had ended before is none", async () => {
    await using rig = await makeGate({ revocations: 1 });
    await rig.revoke("failed");
    await rig.revoke("already-revoked");
    expect(await rig.ask()).toBe("open");
    await rig.revoke();
    expect(await rig.ask()).toBe("breaker");
  });

  test("lets an approved job pass, and no other", async () => {
    await using rig = await makeGate({ revocations: 1 });
    await rig.revoke();
    rig.gate.approve(["job-1"]);
    expect([await rig.ask("job-1"), await rig.ask("job-2")]).toEqual(["open", "breaker"]);
  });
});

describe("the kill switch", () => {
  test("as a file holds everything while it is there, approved or not", async () => {
    await using rig = await makeGate();
    rig.gate.approve(["job"]);
    writeFileSync(rig.killSwitchFile, "");
    expect([rig.gate.isKilled(), await rig.ask()]).toEqual([true, "kill-switch"]);
    rmSync(rig.killSwitchFile);
    expect([rig.gate.isKilled(), await rig.ask()]).toEqual([false, "open"]);
  });

  test("in the configuration holds everything", async () => {
    await using rig = await makeGate({ killSwitch: true });
    expect([rig.gate.isKilled(), await rig.ask()]).toEqual([true, "kill-switch"]);
  });

  test("is named before the breaker, because an approval cannot lift it", async () => {
    await using rig = await makeGate({ killSwitch: true, revocations: 1 });
    await rig.revoke();
    expect(await rig.ask()).toBe("kill-switch");
  });
});

test("an App that is not armed revokes nothing, whatever else is set", async () => {
  await using rig = await makeGate({ mode: "dry-run", killSwitch: true });
  rig.gate.approve(["job"]);
  expect(await rig.ask()).toBe("dry-run");
});
