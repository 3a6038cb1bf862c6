import type { Secret } from "@keywarden/key-format";
import { expect, test } from "vitest";
import { restartWith } from "./rig/restart-with.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const pushKey = async (rig: Rig, key: Secret): Promise<string> => {
  const sha = await rig.commit({ "keys.ts": `"${key.reveal()}"\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  return sha;
};

test("arming revokes what dry-run has found, and the check run of the commit says so", async () => {
  await using rig = await startRig({ config: { mode: "dry-run" } });
  const key = rig.provider.issue(live);
  const sha = await pushKey(rig, key);
  expect(rig.checkRun(sha)?.output.title).toContain("would be revoked");
  await restartWith(rig, { mode: "armed" });
  expect(rig.provider.stateOf(key)).toBe("revoked");
  expect(rig.checkRun(sha)).toMatchObject({
    conclusion: "failure",
    output: { title: "1 key found: 1 revoked" },
    annotations: [{ path: "keys.ts" }],
  });
  rig.emulator.assertNoViolations();
});

test("a change of the config decides again about keys of the history", async () => {
  await using rig = await startRig({ withoutApp: true });
  const old = rig.provider.issue(live);
  await rig.commit({ "old.ts": `"${old.reveal()}"\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  await rig.startApp();
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(old)).toBe("active");
  await restartWith(rig, { history: "revoke" });
  expect(rig.provider.stateOf(old)).toBe("revoked");
});

test("a branch and a tag pushed together end in one check run that contradicts itself nowhere", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(live);
  const sha = await rig.commit({ "a.ts": key.reveal(), "copy/b.ts": key.reveal() });
  await rig.work.git("tag", "v1");
  await rig.push("HEAD:refs/heads/main", "refs/tags/v1");
  await rig.settle();
  const runs = rig.emulator.checkRuns(rig.remote.fullName).filter(({ head_sha: head }) => head === sha);
  expect(runs).toMatchObject([{ output: { title: "1 key found: 1 revoked" } }]);
  expect(
    runs[0]?.annotations.map(({ path, message }) => [path, message?.includes("has been revoked")]),
  ).toEqual([
    ["a.ts", true],
    ["copy/b.ts", true],
  ]);
});

test("a later commit that is scanned first is clean, and the leaking one is named", async () => {
  await using rig = await startRig({ withoutApp: true });
  await rig.commit({ "README.md": "before the App" });
  await rig.push("HEAD:main");
  rig.emulator.setWebhookUrl("http://127.0.0.1:1/webhooks/github");
  const key = rig.provider.issue(live);
  const leaking = await rig.commit({ "a.env": key.reveal() });
  await rig.push("HEAD:main");
  const clean = await rig.commit({ "b.ts": "export {};" });
  await rig.push("HEAD:main");
  await rig.emulator.settled();
  const [first, second] = rig.emulator.deliveries().slice(-2);
  await rig.startApp();
  for (const delivery of [second, first]) {
    await rig.emulator.redeliver(delivery?.id ?? 0);
    await rig.settle();
  }
  expect(rig.provider.stateOf(key)).toBe("revoked");
  expect(rig.checkRun(leaking)).toMatchObject({ conclusion: "failure", annotations: [{ path: "a.env" }] });
  expect(rig.checkRun(clean)?.annotations).toEqual([]);
});

test("a re-run scans the commit again, whatever was scanned since, and says the same", async () => {
  await using rig = await startRig();
  const sha = await rig.commit({ "a.ts": "export {};" });
  await rig.push("HEAD:refs/heads/main");
  await rig.commit({ "b.ts": "export {};" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  const { id = 0, output } = rig.checkRun(sha) ?? {};
  const before = rig.lines.length;
  await rig.emulator.rerequestCheckRun(id);
  await rig.settle();
  expect(rig.lines.slice(before).join("")).toMatch(/scanned [1-9]\d* objects \d/u);
  expect(rig.checkRun(sha)?.output.title).toBe(output?.title);
  rig.emulator.assertNoViolations();
});
