import { aero2, aforo } from "@keywarden/key-format";
import { endGrace, nextStep, readNewKey } from "@keywarden/rotation";
import { expect, test } from "vitest";
import { makeRig } from "./rig.ts";

test("a sink that waits for a person holds the rotation up in front of it, with the new key to read", async () => {
  using rig = await makeRig(aforo);
  await rig.start();
  const sealingKey = () => rig.store.sealingKey(rig.rotation, false);
  expect(readNewKey(rig.journal(), sealingKey())).toBeNull();
  const held = await rig.run({ heldBack: new Set(["memory:sink"]) });
  expect([held.outcome, nextStep(held.state), rig.sink.deliveries]).toEqual(["waiting", "deliver", 0]);
  const secret = readNewKey(held.state, sealingKey())?.reveal() ?? "";
  expect([rig.provider.isWorking(secret), rig.provider.isWorking(rig.first.secret.reveal())]).toEqual([
    true,
    true,
  ]);
  await rig.run();
  expect(rig.sink.text).toBe(secret);
  expect(readNewKey(rig.journal(), sealingKey())).toBeNull();
});

test("a grace period is ended early once the new key is verified, and not before", async () => {
  using rig = await makeRig(aforo);
  await rig.start();
  const end = () => endGrace(rig.store.open(rig.rotation), rig.clock());
  expect(end).toThrow("has not verified the new key yet");
  await rig.run({ waitsForGrace: false });
  const atMs = rig.clock();
  end();
  expect(await rig.run({ waitsForGrace: false })).toMatchObject({ outcome: "done" });
  expect([rig.clock() - atMs, rig.provider.liveSecrets()]).toEqual([0, 1]);
  expect(end).toThrow("has no grace period to end");
});

test("a grace period that the provider ends is not ended early", async () => {
  using rig = await makeRig(aero2);
  await rig.start();
  await rig.run({ waitsForGrace: false });
  expect(() => endGrace(rig.store.open(rig.rotation), rig.clock())).toThrow("aero2 ends itself");
});
