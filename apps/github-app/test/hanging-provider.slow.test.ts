import { expect, test } from "vitest";
import { outagePatienceMs } from "../src/provider-outages.ts";
import { startRig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

// Measured on the App's own clock: how long this machine takes for the rest is no matter.
test("a provider that takes questions and answers none keeps no other's key alive, and is asked within 5 s of its recovery", async () => {
  await using rig = await startRig();
  const [hanging, other] = rig.providers;
  if (hanging === undefined || other === undefined) throw new Error("the rig has three providers");
  const waiting = Array.from({ length: 4 }, () => hanging.issue(live));
  const urgent = other.issue(live);
  hanging.hang(true);
  await rig.commit(Object.fromEntries(waiting.map((key, index) => [`${index}.env`, key.reveal()])));
  await rig.push("HEAD:refs/heads/main");
  await expect.poll(() => hanging.received.length).toBe(waiting.length);

  const startedAtMs = rig.time.clock();
  await rig.commit({ "other.env": urgent.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  rig.time.advance(outagePatienceMs);
  await expect.poll(() => other.stateOf(urgent)).toBe("revoked");
  expect(rig.time.clock() - startedAtMs).toBeLessThanOrEqual(2_000);

  hanging.hang(false);
  const recoveredAtMs = rig.time.clock();
  const states = () => waiting.map((key) => hanging.stateOf(key));
  for (let tick = 0; tick < 5 && states().includes("active"); tick += 1) {
    rig.time.advance(1_000);
    await rig.settle();
  }
  expect(states()).toEqual(waiting.map(() => "revoked"));
  expect(rig.time.clock() - recoveredAtMs).toBeLessThanOrEqual(5_000);
});
