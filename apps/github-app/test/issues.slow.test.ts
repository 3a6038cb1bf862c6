import { setImmediate } from "node:timers/promises";
import type { Secret } from "@keywarden/key-format";
import { openExposureStorage } from "@keywarden/storage";
import { assertNoKey, sha256 } from "@keywarden/testing";
import type { EmulatedIssue } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeIssueStage } from "../src/channels/issue-stage.ts";
import { markerOf } from "../src/channels/issue-text.ts";
import { loadAppConfig } from "../src/config.ts";
import { makeGitHub } from "../src/github/github.ts";
import { comeTrue } from "./rig/come-true.ts";
import { startAppProcess } from "./rig/process.ts";
import { restartWith } from "./rig/restart-with.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";
import { storagesUnderTest } from "./rig/storages.ts";

const live = { kind: "secret", environment: "production" } as const;
const pushFiles = async (rig: Rig, files: Readonly<Record<string, string>>): Promise<void> => {
  await rig.commit(files);
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
};
const issuesIn = (rig: Rig, name = rig.remote.fullName): readonly EmulatedIssue[] =>
  rig.emulator.issues(name);

test("a key has one issue in the private repository that shows it, closed once it is revoked", async () => {
  await using rig = await startRig({ config: { mode: "dry-run", issues: {} } });
  const key = rig.provider.issue(live);
  await pushFiles(rig, { "conf/@team`<b>.env": key.reveal() });
  await pushFiles(rig, { "copy.env": key.reveal() });
  expect(issuesIn(rig)).toMatchObject([{ state: "open", byApp: true }]);
  const [first] = issuesIn(rig);
  expect(first?.title).toContain("is live; in dry-run it was not revoked");
  expect(first?.body).toContain("conf/@team?<b>.env:1 in ");
  // Outside of code spans nothing that a stranger wrote may ring anybody or become markup.
  expect(first?.body.replaceAll(/`[^`]*`/gu, "")).not.toMatch(/@|<b>/u);
  await restartWith(rig, { mode: "armed" });
  expect(rig.provider.stateOf(key)).toBe("revoked");
  expect(issuesIn(rig)).toMatchObject([{ number: 1, state: "closed", stateReason: "completed" }]);
  expect(issuesIn(rig)[0]?.title).toContain("was revoked");
  assertNoKey(JSON.stringify(issuesIn(rig)), [key]);
  await restartWith(rig, {});
  expect(issuesIn(rig)).toHaveLength(1);
  rig.emulator.assertNoViolations();
});

test("nothing is written where the public can read it, and what is nobody's has no issue", async () => {
  await using rig = await startRig({ private: false, config: { mode: "dry-run", issues: {} } });
  await pushFiles(rig, { "a.env": rig.provider.issue(live).reveal() });
  expect(issuesIn(rig)).toEqual([]);
  expect(rig.lines.join("")).toContain("no issue of exposure 1: the repository is public");
  await rig.emulator.changeRepository(rig.remote.fullName, { private: true });
  await pushFiles(rig, { "b.env": rig.provider.issue({ ...live, environment: "sandbox" }).reveal() });
  expect(issuesIn(rig)).toEqual([]);
});

test("with a repository for them, issues of public repositories are written there, while it is private", async () => {
  await using rig = await startRig({ private: false, withoutApp: true, sweeps: true });
  await rig.emulator.createRepository({ owner: "acme", name: "Security", private: true });
  await restartWith(rig, { mode: "dry-run", issues: { repository: "acme/security" } });
  await pushFiles(rig, { "a.env": rig.provider.issue(live).reveal() });
  expect(issuesIn(rig)).toEqual([]);
  expect(issuesIn(rig, "acme/Security")).toMatchObject([{ state: "open" }]);
  await rig.emulator.changeRepository("acme/Security", { private: false });
  await pushFiles(rig, { "b.env": rig.provider.issue(live).reveal() });
  await restartWith(rig, { mode: "armed" });
  expect(issuesIn(rig, "acme/Security")).toMatchObject([{ state: "open" }]);
  rig.emulator.assertNoViolations();
});

test("an issue waits while GitHub fails, and is written once", async () => {
  await using rig = await startRig({ config: { mode: "dry-run", issues: {} } });
  const route = "POST /repos/{owner}/{repo}/issues";
  rig.emulator.failNext({ route, status: 502 });
  rig.emulator.failNext({ route, status: 403, retryAfter: 3 });
  await pushFiles(rig, { "a.env": rig.provider.issue(live).reveal() });
  for (let round = 0; round < 6; round += 1) {
    rig.time.advance(10_000);
    await rig.settle();
  }
  expect(issuesIn(rig)).toMatchObject([{ state: "open" }]);
  rig.emulator.assertNoViolations();
});

test("an issue whose answer was lost is found again, and one of somebody else with the same mark is not", async () => {
  await using rig = await startRig({ withoutApp: true });
  const { github: config } = loadAppConfig(rig.configFile);
  const { time, remote } = rig;
  const github = makeGitHub(config, time.clock);
  await using storage = await openStorage(time.clock);
  const repository = { host: github.host, repositoryId: remote.id };
  const { owner, name } = remote;
  const installationId = rig.emulator.installationId;
  await storage.repositories.learn(repository, { owner, name, installationId, isPrivate: true, atMs: null });
  const { exposure } = await storage.exposures.record({
    repository,
    fingerprint: sha256("key"),
    provider: "aforo",
    kind: "secret",
    environment: "production",
    label: "live",
    redacted: "sk_live_…abcd",
    candidates: [],
    confidence: "high",
    occurrences: [{ commit: "c".repeat(40), path: "a.env", line: 1, column: 1 }],
  });
  const observed = { source: "push", delivery: null, pusher: null, head: null };
  await storage.decisions.observe(exposure.id, { provenance: "came-after", observed, receivedAtMs: 1 });
  await storage.decisions.settle(exposure.id, { state: "held", reason: "breaker" });
  await storage.issues.touch(exposure.id);
  const { id, host } = { id: remote.id, host: github.host };
  const place = { host, id, name: remote.fullName, visibility: "private" } as const;
  const marker = markerOf({ fingerprint: sha256("key"), repository: place });
  rig.emulator.writeIssue(remote.fullName, { user: "eve", title: "x", body: marker });
  let losses = 1;
  const lossy = {
    ...github,
    issuesClient: (address: Parameters<typeof github.issuesClient>[0]) => {
      const octokit = github.issuesClient(address);
      octokit.hook.after("request", (_answer, { method }) => {
        if (method !== "POST" || losses === 0) return;
        losses -= 1;
        throw new TypeError("the answer was lost");
      });
      return octokit;
    },
  };
  const appId = rig.emulator.appId;
  const stage = makeIssueStage({
    storage,
    github: lossy,
    appId,
    issues: { repository: null },
    log: () => {},
  });
  await storage.jobs.enqueue({ id: "i", kind: "issue", payload: { exposure: exposure.id } });
  const job = await storage.jobs.claim({ kinds: ["issue"], leaseMs: 60_000, worker: "w" });
  if (job === null) throw new Error("there is no job");
  await expect(stage.run(job)).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
  expect(await storage.issues.get(exposure.id)).toMatchObject({ number: null, target: { repositoryId: id } });
  await stage.run(job);
  expect(await storage.issues.get(exposure.id)).toMatchObject({ number: 2 });
  await stage.run(job);
  expect(issuesIn(rig)).toMatchObject([
    { byApp: false, title: "x" },
    { byApp: true, state: "open" },
  ]);
  rig.emulator.assertNoViolations();
});

test.each(storagesUnderTest)(
  "killed while it writes issues, the App has written one for each key in the end, on $storage",
  async ({ start }) => {
    const database = await start();
    try {
      await using rig = await startRig({ withoutApp: true, config: { mode: "dry-run", issues: {} } });
      const { databaseUrl } = database;
      const env = { ...rig.work.env, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };
      const keys: Secret[] = [];
      for (let round = 0; round < 6; round += 1) {
        const app = await startAppProcess(rig.configFile, rig.dataDirectory, env);
        rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
        const key = rig.provider.issue(live);
        keys.push(key);
        await rig.commit({ [`${round}.env`]: key.reveal() });
        await rig.push("HEAD:refs/heads/main");
        // When it is decided that one is to be written, or when GitHub has it and the App may not know yet.
        const isThere = () =>
          round % 2 === 0 ? issuesIn(rig).length > round : app.log().includes("would revoke");
        await comeTrue(until(isThere), rig, app);
        expect(await app.end("SIGKILL")).toBe("SIGKILL");
        await rig.emulator.settled();
      }
      const last = await startAppProcess(rig.configFile, rig.dataDirectory, env);
      rig.emulator.setWebhookUrl(`${last.url}/webhooks/github`);
      await comeTrue(
        until(() => issuesIn(rig).length >= keys.length),
        rig,
        last,
      );
      await expect.poll(() => last.log()).toMatch(/reported /u);
      expect(await last.end("SIGTERM")).toBe(0);
      expect(
        issuesIn(rig).map(({ title }) => keys.findIndex(({ redacted }) => title.includes(redacted))),
      ).toEqual(expect.arrayContaining(keys.map((_, index) => index)));
      expect(issuesIn(rig)).toHaveLength(keys.length);
      assertNoKey(JSON.stringify(issuesIn(rig)), keys);
      rig.emulator.assertNoViolations();
    } finally {
      await database.stop();
    }
  },
);

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await setImmediate();
}

async function openStorage(clock: () => number) {
  const storage = await openExposureStorage({ path: ":memory:", clock });
  return Object.assign(storage, { [Symbol.asyncDispose]: () => storage.close() });
}
