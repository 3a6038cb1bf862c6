import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import type { Secret } from "@keywarden/key-format";
import { expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const nobody = "http://127.0.0.1:1/webhooks/github";

const startKnown = async (): Promise<Rig> => {
  const rig = await startRig({ sweeps: true });
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:main");
  await rig.settle();
  return rig;
};

test("a push while the App is away is found when it is back", async () => {
  await using rig = await startKnown();
  await rig.stopApp();
  rig.emulator.setWebhookUrl(nobody);
  const key = rig.provider.issue(live);
  const sha = await rig.commit({ "a.env": key.reveal() });
  await rig.push("HEAD:lost");
  await rig.emulator.settled();
  await rig.startApp();
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(rig.lines.join("")).toContain("found a missed push: accepted");
  rig.emulator.assertNoViolations();
});

test("the App is ready once the refs of every repository have been looked through, and not before", async () => {
  await using rig = await startKnown();
  await rig.stopApp();
  rig.emulator.failNext({ route: "git-upload-pack", status: 503 });
  const app = await rig.startApp();
  const ready = async () => {
    rig.time.advance(2_000);
    return (await fetch(`${app.url}/readyz`)).text();
  };
  await app.idle();
  expect(await ready()).toBe('{"status":"not ready","failing":["start-up sweep"]}');
  // The sweep begins beside the start, so which of these sees its second attempt is not said.
  const answers = new Set<string>();
  for (let asked = 0; asked < 5; asked += 1) {
    await app.idle();
    answers.add(await ready());
  }
  expect([...answers].at(-1)).toBe('{"status":"ready"}');
});

/** Pushes four tags at once, each on a commit with a key of its own. */
async function pushTags(rig: Rig): Promise<readonly Secret[]> {
  const keys = [1, 2, 3, 4].map(() => rig.provider.issue(live));
  for (const [index, key] of keys.entries()) {
    await rig.commit({ [`${index}.env`]: key.reveal() });
    await rig.work.git("tag", `v${index}`);
  }
  await rig.push("--tags");
  await rig.settle();
  return keys;
}

test("a push of more tags than GitHub tells of is found by the refs, and what was there is left alone", async () => {
  await using rig = await startKnown();
  const keys = await pushTags(rig);
  expect(keys.map((key) => rig.provider.stateOf(key))).toEqual(keys.map(() => "active"));
  rig.time.advance(3_600_000);
  await rig.settle();
  await rig.settle();
  expect(keys.map((key) => rig.provider.stateOf(key))).toEqual(keys.map(() => "revoked"));
  rig.emulator.assertNoViolations();
});

test("what a sweep found and could not be looked at is looked at by a later one, though no ref has moved", async () => {
  await using rig = await startKnown();
  const keys = await pushTags(rig);
  // The refs can be listed and nothing can be fetched, as where the disk is full.
  const mirror = join(rig.dataDirectory, "mirrors", `${rig.remote.id}.git`);
  rmSync(join(mirror, "objects"), { recursive: true });
  mkdirSync(join(mirror, "objects"));
  writeFileSync(join(mirror, "objects", "pack"), "");
  const pass = async (ms: number): Promise<void> => {
    rig.time.advance(ms);
    // What a timer asks for is in the queue then.
    await turnOfLoop();
    await rig.settle();
    await rig.settle();
  };
  await pass(3_600_000);
  for (let attempt = 0; attempt < 16; attempt += 1) await pass(300_000);
  expect(rig.lines.join("")).toContain("scan-swept given up");
  rmSync(mirror, { recursive: true });
  for (let sweep = 0; sweep < 2; sweep += 1) await pass(3_600_000);
  expect(keys.map((key) => rig.provider.stateOf(key))).toEqual(keys.map(() => "revoked"));
});

test("installing the App makes what is there history, before anybody pushes", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true });
  const old = rig.provider.issue(live);
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:main");
  await rig.emulator.settled();
  await rig.startApp();
  await rig.settle();
  await rig.commit({ "b.ts": "export {};" });
  await rig.push("HEAD:main");
  await rig.settle();
  expect(rig.provider.stateOf(old)).toBe("active");
});

test("a repository that was renamed is read and reported under its new name", async () => {
  await using rig = await startKnown();
  const key = rig.provider.issue(live);
  const sha = await rig.commit({ "a.env": key.reveal() });
  rig.emulator.setWebhookUrl(nobody);
  await rig.push("HEAD:main");
  await rig.emulator.settled();
  const { fullName } = await rig.emulator.changeRepository(rig.remote.fullName, {
    name: "store",
    silently: true,
  });
  const missed = rig.emulator.deliveries().findLast(({ event }) => event === "push");
  await rig.stopApp();
  await rig.startApp();
  await rig.emulator.redeliver(missed?.id ?? 0);
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
  rig.time.advance(60_000);
  await rig.settle();
  const runs = rig.emulator.checkRuns(fullName).filter(({ head_sha: head }) => head === sha);
  expect(runs.at(-1)?.output.title).toBe("1 key found: 1 revoked");
});

test("while a push that came next is missing, what only it may have brought is of unknown age", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true });
  const [old, fresh] = [rig.provider.issue(live), rig.provider.issue(live)];
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:main");
  await rig.emulator.settled();
  rig.emulator.setWebhookUrl(nobody);
  rig.emulator.disturbDeliveries({ how: "hold", event: "push", times: 2 });
  await rig.commit({ "README.md": "its delivery is late" });
  await rig.push("HEAD:main");
  const sha = await rig.commit({ "fresh.env": fresh.reveal() });
  await rig.push("HEAD:main");
  await rig.startApp();
  await rig.settle();
  const reasons = () =>
    rig.inspect(async ({ decisions }) => (await decisions.list()).map(({ reason }) => reason).toSorted());
  expect(await rig.emulator.releaseHeld("as-made", 1)).toBe(1);
  await rig.settle();
  expect(await reasons()).toEqual(["in-history", "of-unknown-age"]);
  await rig.startApp();
  expect(await rig.emulator.releaseHeld()).toBe(1);
  await rig.settle();
  expect([old, fresh].map((key) => rig.provider.stateOf(key))).toEqual(["active", "revoked"]);
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(await reasons()).toEqual(["in-history", "revoked"]);
  rig.emulator.assertNoViolations();
});

test("a key is history again once the push is known that threw its commit away", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true });
  const old = rig.provider.issue(live);
  await rig.commit({ "README.md": "a shop" });
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:main");
  await rig.emulator.settled();
  await rig.startApp();
  await rig.settle();
  const reasons = () =>
    rig.inspect(async ({ decisions }) => (await decisions.list()).map(({ reason }) => reason));
  expect(await reasons()).toEqual(["in-history"]);
  await rig.startApp();
  rig.emulator.disturbDeliveries({ how: "hold", event: "push", times: 1 });
  await rig.work.git("reset", "--quiet", "--hard", "HEAD~1");
  await rig.push("--force", "HEAD:main");
  await rig.commit({ "clean.ts": "export {};" });
  await rig.push("HEAD:main");
  await rig.settle();
  expect(await reasons()).toEqual(["of-unknown-age"]);
  await rig.startApp();
  expect(await rig.emulator.releaseHeld()).toBe(1);
  await rig.settle();
  expect(rig.provider.stateOf(old)).toBe("active");
  expect(await reasons()).toEqual(["in-history"]);
});

test("a push that was on its way while the App saw the repository for the first time is new", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true });
  const old = rig.provider.issue(live);
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:main");
  await rig.emulator.settled();
  rig.emulator.setWebhookUrl(nobody);
  rig.emulator.disturbDeliveries({ how: "hold", event: "push", times: 1 });
  const fresh = rig.provider.issue(live);
  const sha = await rig.commit({ "fresh.env": fresh.reveal() });
  await rig.push("HEAD:main");
  await rig.startApp();
  await rig.settle();
  expect(await rig.emulator.releaseHeld()).toBe(1);
  await rig.settle();
  expect(rig.provider.stateOf(fresh)).toBe("revoked");
  expect(rig.provider.stateOf(old)).toBe("active");
  const runs = rig.emulator.checkRuns(rig.remote.fullName).filter(({ head_sha: head }) => head === sha);
  expect(runs.map(({ output }) => output.title)).toEqual(["1 key found: 1 revoked"]);
  rig.emulator.assertNoViolations();
});

test("nothing is revoked at first sight before GitHub lists every delivery of before, and at once afterwards", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true, listsDeliveriesAfterSeconds: 15 });
  const [old, fresh, later] = [1, 2, 3].map(() => rig.provider.issue(live));
  if (old === undefined || fresh === undefined || later === undefined) throw new Error("three were issued");
  await rig.commit({ "README.md": "a shop" });
  await rig.push("HEAD:main");
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:feature");
  await rig.emulator.settled();
  rig.emulator.setWebhookUrl(nobody);
  rig.emulator.disturbDeliveries({ how: "hold", event: "push", times: 1 });
  await rig.push("--delete", "feature");
  const { url } = await rig.startApp();
  await rig.commit({ "fresh.env": fresh.reveal() });
  await rig.push("HEAD:main");
  await rig.settle();
  const states = () => [old, fresh].map((key) => rig.provider.stateOf(key));
  expect(states()).toEqual(["active", "active"]);
  // Its answer came too late, so it is listed, and nobody delivers it again.
  rig.emulator.setWebhookUrl(nobody);
  expect(await rig.emulator.releaseHeld()).toBe(1);
  rig.time.advance(15_000);
  await rig.settle();
  expect(states()).toEqual(["active", "revoked"]);
  rig.emulator.setWebhookUrl(`${url}/webhooks/github`);
  await rig.commit({ "later.env": later.reveal() });
  await rig.push("HEAD:main");
  await rig.settle();
  expect(rig.provider.stateOf(later)).toBe("revoked");
  expect(rig.provider.stateOf(old)).toBe("active");
  rig.emulator.assertNoViolations();
});
