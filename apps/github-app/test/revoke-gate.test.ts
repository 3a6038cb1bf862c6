import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ManagementError } from "@keywarden/management";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { killSwitchControl, makeRevokeGate } from "../src/revoke-gate.ts";

const windowMs = 600_000;
const audit = { action: "key.revoked", actor: "test" };

/** A gate over a real storage, whose clock stands still until it is told to move. */
async function makeGate(
  options: {
    mode?: "armed" | "dry-run";
    killSwitch?: boolean;
    revocations?: number;
    share?: number;
    countLive?: (provider: string, enough: number) => Promise<number | null>;
  } = {},
) {
  const { mode = "armed", killSwitch = false, revocations = 3, share = null } = options;
  const { countLive = async () => null } = options;
  const directory = makeTemporaryDirectory();
  const clock = makeClock();
  const storage = await openExposureStorage({ path: join(directory.path, "data"), clock });
  const gate = makeRevokeGate({
    config: { mode, killSwitch, breaker: { revocations, windowMs, share } },
    dataDirectory: directory.path,
    storage,
    countLive,
  });
  let count = 0;
  /** Opens an intent and ends it, as a job does between entering and leaving. */
  const revoke = async (state: "revoked" | "already-revoked" | "failed" = "revoked"): Promise<void> => {
    count += 1;
    const key = { provider: "aforo", keyId: `key_${count}` };
    await storage.intents.open(key, audit);
    const result = state === "failed" ? { state, errorCode: "MANAGEMENT_FORBIDDEN" } : { state };
    await storage.intents.finish(key, result, audit);
  };
  let asked = 0;
  /** Asks, and ends the intent again at once: whether the gate is open now, or what holds it. */
  const ask = async (isApproved = false): Promise<string> => {
    asked += 1;
    const key = { provider: "aforo", keyId: `asked_${asked}` };
    const answer = await gate.enter(key, isApproved, audit);
    if (!answer.open) return answer.why;
    await storage.intents.finish(key, { state: "already-revoked" }, audit);
    return "open";
  };
  return {
    gate,
    storage,
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

  test("counts what is under way, until it has ended, and each only once", async () => {
    await using rig = await makeGate();
    const keys = ["a", "b", "c", "d"].map((keyId) => ({ provider: "aforo", keyId }));
    const inside = await Promise.all(keys.map((key) => rig.gate.enter(key, false, audit)));
    expect(inside.filter(({ open }) => open)).toHaveLength(3);
    expect(await rig.ask()).toBe("breaker");
    const first = keys[inside.findIndex(({ open }) => open)];
    if (first === undefined) throw new Error("three were let in");
    // An attempt after a crash goes on with the intent that is there.
    expect(await rig.gate.enter(first, false, audit)).toMatchObject({ open: true });
    await rig.storage.intents.finish(first, { state: "already-revoked" }, audit);
    expect(await rig.ask()).toBe("open");
  });

  test("leaves no intent of what it holds", async () => {
    await using rig = await makeGate({ revocations: 1 });
    await rig.revoke();
    expect(await rig.ask()).toBe("breaker");
    expect(await rig.storage.intents.listUnfinished()).toEqual([]);
  });

  test("counts revocations only: what the provider refused or had ended before is none", async () => {
    await using rig = await makeGate({ revocations: 1 });
    await rig.revoke("failed");
    await rig.revoke("already-revoked");
    expect(await rig.ask()).toBe("open");
    await rig.revoke();
    expect(await rig.ask()).toBe("breaker");
  });

  test("lets an approved key pass, and no other", async () => {
    await using rig = await makeGate({ revocations: 1 });
    await rig.revoke();
    expect([await rig.ask(true), await rig.ask(false)]).toEqual(["open", "breaker"]);
  });
});

describe("the breaker's share of a provider's live keys", () => {
  /** A provider whose live keys become fewer with each revocation. */
  const makeProvider = (keys: number) => {
    const provider = {
      live: keys,
      asked: [] as number[],
      countLive: async (_: string, enough: number) => {
        provider.asked.push(enough);
        return Math.min(provider.live, enough);
      },
    };
    return provider;
  };
  const revokeUntilHeld = async (keys: number, share: number): Promise<number> => {
    const provider = makeProvider(keys);
    await using rig = await makeGate({ revocations: 1_000, share, countLive: provider.countLive });
    let revoked = 0;
    while (revoked < keys && (await rig.ask()) === "open") {
      await rig.revoke();
      provider.live -= 1;
      revoked += 1;
    }
    return revoked;
  };

  test.each([
    [40, 0.2, 8],
    [10, 0.5, 5],
    [3, 0.5, 1],
    [1, 0.1, 1],
    [4, 1, 4],
  ])("of %i keys and a share of %d lets %i end in a window", async (keys, share, most) => {
    expect(await revokeUntilHeld(keys, share)).toBe(most);
  });

  test("asks for no more keys than tell, and for none before the first revocation", async () => {
    const provider = makeProvider(100_000);
    await using rig = await makeGate({ revocations: 1_000, share: 0.5, countLive: provider.countLive });
    expect(await rig.ask()).toBe("open");
    expect(provider.asked).toEqual([]);
    await rig.revoke();
    expect(await rig.ask()).toBe("open");
    expect(provider.asked).toEqual([18]);
    // One that is under way counts as one that ended.
    await rig.gate.enter({ provider: "aforo", keyId: "under-way" }, true, audit);
    expect(await rig.ask()).toBe("open");
    expect(provider.asked).toEqual([18, 20]);
  });

  test("counts one provider's keys only, and lets an approved one pass", async () => {
    const provider = makeProvider(2);
    await using rig = await makeGate({ revocations: 1_000, share: 0.5, countLive: provider.countLive });
    await rig.revoke();
    provider.live -= 1;
    expect([await rig.ask(), await rig.ask(true)]).toEqual(["breaker", "open"]);
    const other = await rig.gate.enter({ provider: "azotte", keyId: "key_1" }, false, audit);
    expect(other.open).toBe(true);
  });

  test("holds nothing where the provider does not list keys, and all but one where it refuses to", async () => {
    await using unlisted = await makeGate({ revocations: 1_000, share: 0.1 });
    await unlisted.revoke();
    expect(await unlisted.ask()).toBe("open");
    const refuse = () => Promise.reject(new ManagementError("MANAGEMENT_FORBIDDEN", "no right to list"));
    await using refused = await makeGate({ revocations: 1_000, share: 1, countLive: refuse });
    expect(await refused.ask()).toBe("open");
    await refused.revoke();
    expect(await refused.ask()).toBe("breaker");
  });

  test("is counted when another process gets in before, and tried again when the provider does not answer", async () => {
    const provider = makeProvider(2);
    await using rig = await makeGate({ revocations: 1_000, share: 0.5, countLive: provider.countLive });
    const keys = ["a", "b", "c"].map((keyId) => ({ provider: "aforo", keyId }));
    const entered = await Promise.all(keys.map((key) => rig.gate.enter(key, false, audit)));
    expect(entered.filter(({ open }) => open)).toHaveLength(1);
    const silent = () => Promise.reject(new ManagementError("MANAGEMENT_TIMEOUT", "no answer"));
    await using late = await makeGate({ revocations: 1_000, share: 0.5, countLive: silent });
    await late.revoke();
    await expect(late.ask()).rejects.toThrow("no answer");
    expect(await late.storage.intents.listUnfinished()).toEqual([]);
  });
});

describe("the kill switch", () => {
  test("as a file holds everything while it is there, approved or not", async () => {
    await using rig = await makeGate();
    writeFileSync(rig.killSwitchFile, "");
    expect([await rig.gate.isKilled(), await rig.ask(true)]).toEqual([true, "kill-switch"]);
    rmSync(rig.killSwitchFile);
    expect([await rig.gate.isKilled(), await rig.ask()]).toEqual([false, "open"]);
  });

  test("in the configuration holds everything", async () => {
    await using rig = await makeGate({ killSwitch: true });
    expect([await rig.gate.isKilled(), await rig.ask()]).toEqual([true, "kill-switch"]);
  });

  test("as a control holds every App that shares the storage", async () => {
    await using rig = await makeGate();
    await rig.storage.controls.set(killSwitchControl, "on", "ada");
    expect([await rig.gate.isKilled(), await rig.ask()]).toEqual([true, "kill-switch"]);
    await rig.storage.controls.clear(killSwitchControl);
    expect(await rig.ask()).toBe("open");
  });

  test("is named before the breaker, because an approval cannot lift it", async () => {
    await using rig = await makeGate({ killSwitch: true, revocations: 1 });
    await rig.revoke();
    expect(await rig.ask()).toBe("kill-switch");
  });
});

test("an App that is not armed revokes nothing, whatever else is set", async () => {
  await using rig = await makeGate({ mode: "dry-run", killSwitch: true });
  expect(await rig.ask(true)).toBe("dry-run");
});

test("a storage that fails is no open breaker", async () => {
  await using rig = await makeGate();
  const broken = makeRevokeGate({
    config: { mode: "armed", killSwitch: false, breaker: { revocations: 1, windowMs, share: null } },
    dataDirectory: "nowhere",
    countLive: async () => null,
    storage: { ...rig.storage, transaction: () => Promise.reject(new Error("the disk is full")) },
  });
  const entered = broken.enter({ provider: "aforo", keyId: "key_1" }, false, audit);
  await expect(entered).rejects.toThrow("the disk is full");
});
