import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

test("a repository whose clone is slow keeps no other one waiting, and is reported in the end", async () => {
  await using rig = await startRig();
  const { emulator, work, provider } = rig;
  const other = await emulator.createRepository({ owner: "globex", name: "api" });
  // Small answers are slowed down by nothing that is felt.
  emulator.disturbTransfers({ bytesPerSecond: 60_000, times: 20 });
  const large = await rig.commit({ "noise.bin": randomBytes(2_000_000) });
  await rig.push("HEAD:main");
  const key = provider.issue(live);
  await work.git("checkout", "--quiet", "--orphan", "small");
  await work.git("rm", "-rfq", ".");
  await rig.commit({ "a.env": key.reveal() });
  await work.git("push", "--quiet", other.pushUrlFor("dev"), "HEAD:refs/heads/main");
  await expect.poll(() => provider.stateOf(key)).toBe("revoked");
  expect(rig.checkRun(large)?.status).not.toBe("completed");
  await rig.settle();
  expect(rig.checkRun(large)).toMatchObject({ conclusion: "success" });
  emulator.assertNoViolations();
});

test("a clone that is cut off in the middle is tried again, and its key is revoked", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(live);
  rig.emulator.disturbTransfers({ cutAfterBytes: 20_000 });
  const sha = await rig.commit({ "noise.bin": randomBytes(200_000), "a.env": key.reveal() });
  await rig.push("HEAD:main");
  await rig.settle();
  rig.time.advance(60_000);
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
  expect(rig.checkRun(sha)).toMatchObject({ conclusion: "failure" });
});
