import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pushKeys } from "./rig/push-keys.ts";
import { loadAppConfig } from "../src/config.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

const later = async (rig: Rig, ms: number) => {
  rig.time.advance(ms);
  await rig.settle();
};

describe("a provider", () => {
  test("that is down is asked again until it answers, and the check is in progress meanwhile", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    rig.provider.failWith(503);
    const sha = await pushKeys(rig, [key]);
    await later(rig, 600);
    expect(rig.checkRun(sha)).toMatchObject({ status: "in_progress", annotations: [] });
    expect(rig.lines.join("")).toContain("confirm failed, next try in 1 s");
    rig.provider.failWith(0);
    await later(rig, 4_000);
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
    rig.emulator.assertNoViolations();
  });

  test("that says when to come back is not asked before", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    rig.provider.failWith(429, 30);
    await pushKeys(rig, [key]);
    rig.provider.failWith(0);
    const asked = rig.provider.calls.length;
    await later(rig, 29_000);
    expect(rig.provider.calls).toHaveLength(asked);
    await later(rig, 1_001);
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("that refused the App's token is asked at once when the config is read again", async () => {
    await using rig = await startRig({ withoutApp: true });
    const app = await rig.startApp();
    const key = rig.provider.issue(live);
    rig.provider.failWith(401);
    await pushKeys(rig, [key]);
    for (let attempt = 0; attempt < 8; attempt += 1) await later(rig, 60_000);
    rig.provider.failWith(0);
    await app.reload(loadAppConfig(rig.configFile));
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("that is down does not keep another provider's key alive", async () => {
    await using rig = await startRig();
    const key = rig.providers[1]?.issue(live);
    if (key === undefined) throw new Error("the rig has three providers");
    rig.provider.failWith(503);
    await pushKeys(rig, [key]);
    expect(rig.providers[1]?.stateOf(key)).toBe("revoked");
  });

  test("that never answers ends in a report that says so, and the job is kept", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    rig.provider.failWith(401);
    const sha = await pushKeys(rig, [key]);
    for (let attempt = 0; attempt < 300; attempt += 1) await later(rig, 300_000);
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 not checked");
    expect(rig.checkRun(sha)?.conclusion).toBe("neutral");
    expect(await rig.inspect((storage) => storage.jobs.counts())).toMatchObject({ buried: 1 });
  });

  test("whose answer to the revocation is lost is asked what became of it, not told again", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    const done = rig.provider.swallowNextRevokeAnswer("break");
    const sha = await pushKeys(rig, [key]);
    await done;
    await later(rig, 4_000);
    expect(rig.provider.revokes()).toHaveLength(1);
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  });
});

describe("GitHub", () => {
  test("that does not show the objects yet is asked again", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    rig.emulator.failNext({ route: "git-upload-pack", status: 503, times: 2 });
    await pushKeys(rig, [key]);
    await later(rig, 1_000);
    await later(rig, 2_000);
    expect(rig.provider.stateOf(key)).toBe("revoked");
  });

  test("that limits the report does not delay the revocation, and gets the report when it said", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    rig.emulator.failNext({ route: "POST /repos/{owner}/{repo}/check-runs", status: 403, retryAfter: 60 });
    const sha = await pushKeys(rig, [key]);
    expect(rig.provider.stateOf(key)).toBe("revoked");
    await later(rig, 59_000);
    expect(rig.checkRun(sha)).toBeUndefined();
    await later(rig, 1_001);
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  });

  test("gets sixty findings in two batches, and no annotation twice when the second one fails", async () => {
    await using rig = await startRig({ config: { breaker: { revocations: 1_000 } } });
    const keys = Array.from({ length: 60 }, () => rig.provider.issue(live));
    rig.emulator.failNext({ route: "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", status: 502 });
    const sha = await pushKeys(rig, keys);
    expect(rig.checkRun(sha)).toMatchObject({ status: "in_progress", conclusion: null, annotations: [] });
    await later(rig, 15_000);
    const run = rig.checkRun(sha);
    expect(run).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(run?.annotations.map(({ start_line: line }) => line).sort((a, b) => a - b)).toEqual(
      keys.map((_, index) => index + 1),
    );
    rig.emulator.assertNoViolations();
  });
});

test.each(["a pack", "an index", "the ref of what was scanned", "HEAD"] as const)(
  "a mirror of which %s is damaged is fetched anew, and nothing is decided anew",
  async (what) => {
    await using rig = await startRig();
    const [old, key] = [rig.provider.issue(live), rig.provider.issue(live)];
    const first = await rig.commit({ "old.ts": old.reveal() });
    await rig.work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await rig.settle();
    rig.provider.setState(old, "active");
    const calls = rig.provider.revokes().length;
    const mirror = join(rig.dataDirectory, "mirrors", `${rig.remote.id}.git`);
    const pack = join(mirror, "objects", "pack");
    const find = (end: string) => join(pack, readdirSync(pack).find((name) => name.endsWith(end)) ?? "none");
    const file = {
      "a pack": () => find(".pack"),
      "an index": () => find(".idx"),
      "the ref of what was scanned": () => join(mirror, "refs", "keywarden", first),
      HEAD: () => join(mirror, "HEAD"),
    }[what]();
    chmodSync(file, 0o600);
    writeFileSync(file, what === "HEAD" ? "" : "x".repeat(statSync(file).size));
    const sha = await pushKeys(rig, [key]);
    for (let again = 0; again < 3; again += 1) await later(rig, 8_000);
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
    expect(rig.provider.revokes()).toHaveLength(calls + 1);
  },
);

describe("the same push delivered twice", () => {
  test("is answered and not worked on again", async () => {
    await using rig = await startRig();
    await pushKeys(rig, [rig.provider.issue(live)]);
    const [delivery] = rig.emulator.deliveries();
    const calls = rig.provider.calls.length;
    await rig.emulator.redeliver(delivery?.id ?? 0);
    await rig.settle();
    expect(rig.emulator.deliveries().at(-1)).toMatchObject({
      statusCode: 202,
      redelivery: true,
      responseBody: '{"message":"duplicate"}',
    });
    expect(rig.provider.calls).toHaveLength(calls);
    expect(rig.lines.filter((line) => line.includes("scanned"))).toHaveLength(1);
  });

  test("is worked on after all when its scan had been given up", async () => {
    await using rig = await startRig();
    const key = rig.provider.issue(live);
    const attempts = 14;
    rig.emulator.failNext({ route: "git-upload-pack", status: 404, times: attempts });
    const sha = await pushKeys(rig, [key]);
    for (let attempt = 1; attempt < attempts; attempt += 1) await later(rig, 300_000);
    expect(rig.lines.join("")).toContain("scan given up");
    expect(rig.checkRun(sha)).toMatchObject({ conclusion: "neutral", output: { title: "Scan incomplete" } });

    await rig.emulator.redeliver(rig.emulator.deliveries()[0]?.id ?? 0);
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    expect(rig.checkRun(sha)).toMatchObject({
      conclusion: "failure",
      output: { title: "1 key found: 1 revoked" },
    });
  });
});

test("two keys of one push that are the same are one key at two places", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(live);
  const sha = await pushKeys(rig, [key, key]);
  expect(rig.provider.revokes()).toHaveLength(1);
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(rig.checkRun(sha)?.annotations.map(({ start_line: line }) => line)).toEqual([1, 2]);
});

test("a key pushed to two repositories at once is revoked once and reported in both", async () => {
  await using rig = await startRig();
  const key = rig.provider.issue(live);
  const second = await rig.emulator.createRepository({ owner: "acme", name: "shop-copy" });
  const sha = await rig.commit({ "a.ts": key.reveal() });
  await rig.work.git("remote", "add", "copy", second.pushUrlFor("dev"));
  await Promise.all([
    rig.push("HEAD:refs/heads/main"),
    rig.work.git("push", "--quiet", "copy", "HEAD:refs/heads/main"),
  ]);
  await rig.settle();
  expect(rig.provider.revokes()).toHaveLength(1);
  for (const name of [rig.remote.fullName, second.fullName]) {
    const [run] = rig.emulator.checkRuns(name);
    expect(run).toMatchObject({ head_sha: sha, conclusion: "failure" });
  }
});
