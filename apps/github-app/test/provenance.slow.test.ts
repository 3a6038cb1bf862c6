import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "@keywarden/key-format";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const holding = (key: Secret): string => `export const key = "${key.reveal()}";\n`;

describe("a key that was in the repository before the App was", () => {
  let rig: Rig;
  let old: Secret;
  beforeEach(async () => {
    rig = await startRig({ withoutApp: true, config: { mode: "armed" } });
    old = rig.provider.issue(live);
    await rig.commit({ "legacy/conf.env": holding(old) });
    await rig.push("HEAD:main", "HEAD:release-1");
    await rig.commit({ "README.md": "the first commit after it" });
    await rig.push("HEAD:main");
    await rig.emulator.settled();
    await rig.startApp();
  });
  afterEach(async () => {
    rig.emulator.assertNoViolations();
    await rig[Symbol.asyncDispose]();
  });
  const stateOfOld = async (): Promise<string | undefined> => {
    await rig.settle();
    return rig.provider.stateOf(old);
  };

  test("outlives a new branch with a harmless commit", async () => {
    await rig.commit({ "feature.ts": "export {};" });
    await rig.push("HEAD:feature");
    expect(await stateOfOld()).toBe("active");
  });

  test("outlives a tag on what was there", async () => {
    await rig.work.git("tag", "v1", "HEAD");
    await rig.push("v1");
    expect(await stateOfOld()).toBe("active");
    await rig.work.git("tag", "-a", "-m", "annotated", "v2", "HEAD~1");
    await rig.push("v2");
    expect(await stateOfOld()).toBe("active");
  });

  test("outlives the first push to one branch after that to another", async () => {
    await rig.commit({ "main.ts": "export {};" });
    await rig.push("HEAD:main");
    await rig.settle();
    await rig.work.git("checkout", "--quiet", "-b", "release-1", "HEAD~2");
    await rig.commit({ "fix.ts": "export {};" });
    await rig.push("HEAD:release-1");
    expect(await stateOfOld()).toBe("active");
  });

  test("outlives an edit, a move and a copy of the file that holds it", async () => {
    await rig.commit({ "legacy/conf.env": `${holding(old)}// a line more\n` });
    await rig.push("HEAD:main");
    expect(await stateOfOld()).toBe("active");
    await rig.work.git("mv", "legacy/conf.env", "moved.env");
    await rig.commit({ "copy.env": holding(old) }, "moves and copies it");
    await rig.push("HEAD:main");
    expect(await stateOfOld()).toBe("active");
  });

  test("outlives the loss of the mirror", async () => {
    await rig.commit({ "main.ts": "export {};" });
    await rig.push("HEAD:main");
    await rig.settle();
    await rig.stopApp();
    rmSync(join(rig.dataDirectory, "mirrors"), { recursive: true });
    await rig.startApp();
    await rig.work.git("branch", "again", "HEAD~2");
    await rig.push("again");
    expect(await stateOfOld()).toBe("active");
  });

  test("outlives a push that deletes its branch", async () => {
    await rig.push("--delete", "release-1");
    expect(await stateOfOld()).toBe("active");
  });

  test("is revoked when a commit brings it back after it was taken out", async () => {
    await rig.work.git("rm", "--quiet", "legacy/conf.env");
    await rig.commit({}, "takes it out");
    await rig.push("HEAD:main");
    expect(await stateOfOld()).toBe("active");
    await rig.work.git("revert", "--no-edit", "HEAD");
    await rig.push("HEAD:main");
    await rig.settle();
    expect(rig.provider.stateOf(old)).toBe("revoked");
  });

  test("does not shield a new one in the same file", async () => {
    const fresh = rig.provider.issue(live);
    await rig.commit({ "legacy/conf.env": holding(old) + holding(fresh) });
    await rig.push("HEAD:main");
    await rig.settle();
    expect(rig.provider.stateOf(fresh)).toBe("revoked");
    expect(rig.provider.stateOf(old)).toBe("active");
  });
});

describe("a key that was pushed after the App was there", () => {
  test.each([
    ["in order", [0, 1, 2]],
    ["the last first", [2, 1, 0]],
    ["the leak last", [1, 2, 0]],
    ["the leak between", [2, 0, 1]],
    ["each twice", [2, 2, 0, 0, 1, 1]],
  ])("is revoked whatever the order of the deliveries: %s", async (_order, order) => {
    await using rig = await startRig({ withoutApp: true });
    await rig.commit({ "README.md": "before the App" });
    await rig.push("HEAD:main");
    // Three deliveries that find nobody, as while the App restarts.
    rig.emulator.setWebhookUrl("http://127.0.0.1:1/webhooks/github");
    const fresh = rig.provider.issue(live);
    await rig.commit({ "a.env": holding(fresh) });
    await rig.push("HEAD:main");
    await rig.work.git("rm", "--quiet", "a.env");
    await rig.commit({ "b.ts": "export {};" });
    await rig.push("HEAD:main");
    await rig.commit({ "c.ts": "export {};" });
    await rig.push("HEAD:main");
    await rig.emulator.settled();
    const pushes = rig.emulator.deliveries().filter(({ event }) => event === "push");
    await rig.startApp();

    for (const place of order) {
      await rig.emulator.redeliver(pushes.slice(-3)[place]?.id ?? 0);
      await rig.settle();
    }
    expect(rig.provider.stateOf(fresh)).toBe("revoked");
    expect(rig.provider.revokes()).toHaveLength(1);
    rig.emulator.assertNoViolations();
  });
});

test("a key on a branch that came and went is revoked, though only its deletion reached the App", async () => {
  await using rig = await startRig({ withoutApp: true });
  await rig.commit({ "README.md": "before the App" });
  await rig.push("HEAD:main");
  rig.emulator.setWebhookUrl("http://127.0.0.1:1/webhooks/github");
  const key = rig.provider.issue(live);
  await rig.commit({ "a.env": holding(key) });
  await rig.push("HEAD:refs/heads/oops");
  await rig.emulator.settled();
  await rig.startApp();
  await rig.push("--delete", "oops");
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
  rig.emulator.assertNoViolations();
});
