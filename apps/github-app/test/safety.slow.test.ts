import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { pushKeys } from "./rig/push-keys.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const built = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const live = { kind: "secret", environment: "production" } as const;

test("dry-run revokes nothing and says what it would have done", async () => {
  await using rig = await startRig({ config: { mode: "dry-run" } });
  const key = rig.provider.issue(live);
  const sha = await pushKeys(rig, [key]);
  expect(rig.provider.stateOf(key)).toBe("active");
  const run = rig.checkRun(sha);
  expect(run?.conclusion).toBe("neutral");
  expect(run?.output.title).toBe("1 key found: 1 live, would be revoked (dry-run)");
  expect(run?.annotations).toHaveLength(1);
  expect(rig.lines.join("")).toContain("would revoke aforo");
  rig.emulator.assertNoViolations();
});

test("without a mode in the config the App is in dry-run", async () => {
  await using rig = await startRig({ config: { mode: undefined } });
  const key = rig.provider.issue(live);
  await pushKeys(rig, [key]);
  expect(rig.provider.stateOf(key)).toBe("active");
});

test("in a public repository nothing is published of a key that was not revoked", async () => {
  await using rig = await startRig({ private: false, config: { mode: "dry-run" } });
  const key = rig.provider.issue(live);
  const sha = await pushKeys(rig, [key]);
  expect(rig.checkRun(sha)).toMatchObject({
    conclusion: "neutral",
    annotations: [],
    output: { title: "Keywarden looked at this commit" },
  });
  expect(JSON.stringify(rig.checkRun(sha)?.output)).not.toMatch(/keys\.ts|live|sk_|Aforo|dry-run/u);
});

test("in a public repository the place of a revoked key is published", async () => {
  await using rig = await startRig({ private: false });
  const sha = await pushKeys(rig, [rig.provider.issue(live)]);
  expect(rig.checkRun(sha)?.annotations).toMatchObject([{ path: "keys.ts" }]);
});

test("the kill switch holds revocations until it is gone and they are approved", async () => {
  await using rig = await startRig();
  const app = await restart(rig);
  const killSwitch = join(rig.dataDirectory, "kill-switch");
  writeFileSync(killSwitch, "");
  const key = rig.provider.issue(live);
  const sha = await pushKeys(rig, [key]);
  expect(rig.provider.stateOf(key)).toBe("active");
  expect(rig.checkRun(sha)).toMatchObject({
    conclusion: "failure",
    output: { title: "1 key found: 1 live, still working" },
  });
  expect(rig.checkRun(sha)?.output.summary).toContain("its revocation waits for approval");

  writeFileSync(join(rig.dataDirectory, "approve"), "");
  expect(await app.takeApproval()).toBe(0);
  rmSync(killSwitch);
  expect(await app.takeApproval()).toBe(1);
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
  const runs = rig.emulator.checkRuns(rig.remote.fullName);
  expect(runs.map(({ output }) => output.title)).toEqual(["Superseded", "1 key found: 1 revoked"]);
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(rig.checkRun(sha)?.annotations).toHaveLength(1);
  rig.emulator.assertNoViolations();
});

test("a key that the kill switch held is let go by the command that the log prints", async () => {
  await using rig = await startRig();
  const app = await restart(rig);
  const killSwitch = join(rig.dataDirectory, "kill-switch");
  writeFileSync(killSwitch, "");
  const key = rig.provider.issue(live);
  await pushKeys(rig, [key]);
  const [, printed = ""] =
    /; keywarden-github-app (.*) revokes it once the kill switch is lifted/.exec(rig.lines.join("\n")) ?? [];
  rmSync(killSwitch);
  expect(printed).toBe(`approve 1 --data ${rig.dataDirectory}`);
  // The App answers in this process, which must not wait.
  const ran = await promisify(execFile)("sh", ["-c", `"$0" "$1" ${printed}`, process.execPath, built]);
  expect(ran.stderr).toBe("");
  await app.idle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
});

test("the kill switch in the config does the same", async () => {
  await using rig = await startRig({ config: { killSwitch: true } });
  const key = rig.provider.issue(live);
  await pushKeys(rig, [key]);
  expect(rig.provider.stateOf(key)).toBe("active");
});

test("the breaker stops after its number of revocations, and one approval lets the held ones go", async () => {
  await using rig = await startRig({ config: { breaker: { revocations: 3, windowMinutes: 10 } } });
  const app = await restart(rig);
  const keys = [1, 2, 3, 4, 5].map(() => rig.provider.issue(live));
  const sha = await pushKeys(rig, keys);
  expect(rig.provider.revokes()).toHaveLength(3);
  expect(rig.checkRun(sha)?.output.title).toBe("5 keys found: 3 revoked, 2 live, still working");

  writeFileSync(join(rig.dataDirectory, "approve"), "");
  rig.time.advance(2_000);
  await expect.poll(() => rig.provider.revokes().length).toBe(5);
  await app.idle();
  expect(keys.map((key) => rig.provider.stateOf(key))).toEqual(keys.map(() => "revoked"));
  expect(rig.checkRun(sha)?.output.title).toBe("5 keys found: 5 revoked");
});

test("the breaker opens again when its window has passed", async () => {
  await using rig = await startRig({ config: { breaker: { revocations: 1, windowMinutes: 10 } } });
  const first = rig.provider.issue(live);
  const second = rig.provider.issue(live);
  await pushKeys(rig, [first]);
  rig.time.advance(10 * 60_000 + 1);
  await pushKeys(rig, [second]);
  expect([first, second].map((key) => rig.provider.stateOf(key))).toEqual(["revoked", "revoked"]);
});

test("each revocation leaves an intent before and a result after it in a chain that verifies", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(live);
  await pushKeys(rig, [key]);
  await rig.inspect(async ({ audit }) => {
    const entries = await audit.list();
    const actions = entries.map(({ action }) => action);
    expect(actions.slice(-3)).toEqual(["exposure.judged", "key.revoke.intended", "key.revoke.finished"]);
    expect(entries.at(-1)).toMatchObject({
      provider: "aforo",
      details: { outcome: "revoked", pusher: "dev" },
    });
    expect(await audit.verify()).toMatchObject({ ok: true });
  });
  rig.assertNoLeak([key]);
});

async function restart(rig: Rig) {
  await rig.stopApp();
  return rig.startApp();
}
