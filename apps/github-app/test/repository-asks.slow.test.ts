import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { approveDecision } from "../src/decisions/approve.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const sandbox = { kind: "secret", environment: "sandbox" } as const;
const asksAbout = (rules: readonly object[]): string => JSON.stringify({ app: { atLeast: rules } });

const pushFiles = async (rig: Rig, files: Readonly<Record<string, string>>): Promise<string> => {
  const sha = await rig.commit(files);
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  return sha;
};
const decisionsOf = (rig: Rig) =>
  rig.inspect(async ({ decisions }) =>
    (await decisions.list()).map(({ state, reason }) => `${state}: ${reason}`),
  );

test("a repository has reported what the operator ignores, by the file of the commit that shows the key", async () => {
  await using rig = await startRig({ config: { policy: [{ action: "ignore" }] } });
  const [hidden, told] = [rig.provider.issue(live), rig.provider.issue(live)];
  const before = await pushFiles(rig, { "a.ts": hidden.reveal() });
  const asking = await pushFiles(rig, {
    "b.ts": told.reveal(),
    "keywarden.json": asksAbout([{ action: "report" }]),
  });
  await pushFiles(rig, { "keywarden.json": "{}" });
  expect(rig.checkRun(before)?.output.title).toBe("No new keys found");
  expect(rig.checkRun(asking)).toMatchObject({
    conclusion: "failure",
    output: { title: "1 key found: 1 live, still working" },
  });
  expect(await decisionsOf(rig)).toEqual(["reported: policy-ignores", "reported: policy-reports"]);
  rig.emulator.assertNoViolations();
});

test("a repository has a person asked about its test keys, and the person can have one revoked", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(sandbox);
  const sha = await pushFiles(rig, {
    "a.ts": key.reveal(),
    "keywarden.json": asksAbout([{ environment: ["sandbox"], action: "ask" }]),
  });
  expect(rig.checkRun(sha)?.output.summary).toContain("its revocation waits for approval");
  expect(rig.provider.stateOf(key)).toBe("active");
  expect(await decisionsOf(rig)).toEqual(["held: repository-asks"]);
  const judging = { mode: "armed", history: "report", ownTokens: new Set<never>() } as const;
  await rig.inspect((storage) =>
    approveDecision(storage, judging, { exposureId: 1, verdict: "approved", by: "grace" }),
  );
  await rig.startApp();
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
});

test("nothing pushed loosens the App", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(live);
  const sha = await pushFiles(rig, {
    "a.ts": `"${key.reveal()}" // keywarden:allow made by the key factory\n`,
    "keywarden.json": JSON.stringify({
      allow: [{ path: "**", reason: "made by the key factory" }],
      exclude: ["a.ts"],
      policy: { secret: "ignore", restricted: "ignore" },
      app: { atLeast: [{ action: "report" }, { action: "ask" }] },
    }),
    ".keywarden/baseline/key": "0".repeat(64),
  });
  expect(rig.provider.stateOf(key)).toBe("revoked");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
});

test("a keywarden.json that nobody can use ignores nothing, stops nothing, and is mentioned", async () => {
  await using rig = await startRig({ config: { policy: [{ environment: ["sandbox"], action: "ignore" }] } });
  const hostile: Readonly<Record<string, string>> = {
    "half of it": '{ "app": {',
    "an action that loosens": asksAbout([{ action: "ignore" }]),
    "too deep": `{ "app": ${"[".repeat(100_000)}`,
    "too large": `${" ".repeat(300_000)}{}`,
    "another kind of bytes": "\0\u00FF\0",
    "a key": `{ "app": "${rig.provider.issue(sandbox).reveal()}" }`,
  };
  for (const [what, content] of Object.entries(hostile)) {
    const [test, production] = [rig.provider.issue(sandbox), rig.provider.issue(live)];
    const sha = await pushFiles(rig, {
      "a.ts": `${test.reveal()}\n${production.reveal()}\n`,
      "keywarden.json": content,
    });
    expect([what, rig.provider.stateOf(production)]).toEqual([what, "revoked"]);
    expect([what, rig.checkRun(sha)?.output.summary]).toEqual([
      what,
      expect.stringMatching(/still works: the policy reports.*A `keywarden\.json` could not be used/su),
    ]);
    rig.assertNoLeak([test, production]);
  }
  rig.emulator.assertNoViolations();
});

test("a keywarden.json that leads out of the repository is not followed", async () => {
  await using rig = await startRig({ config: { policy: [{ action: "ignore" }] } });
  const key = rig.provider.issue(live);
  symlinkSync("/etc/hostname", join(rig.work.path, "keywarden.json"));
  const sha = await pushFiles(rig, { "a.ts": key.reveal() });
  expect(rig.checkRun(sha)?.output.summary).toContain("A `keywarden.json` could not be used");
});
