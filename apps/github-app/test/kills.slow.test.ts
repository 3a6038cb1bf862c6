import { openExposureStorage } from "@keywarden/storage";
import type { Secret } from "@keywarden/key-format";
import { describe, expect, test } from "vitest";
import { startAppProcess } from "./rig/process.ts";
import { startRig } from "./rig/rig.ts";
import { storagesUnderTest } from "./rig/storages.ts";

// Two hundred on each storage take a quarter of an hour: KEYWARDEN_KILLS=200 npm run test:slow -- apps/github-app/test/kills
const kills = Number(process.env["KEYWARDEN_KILLS"] ?? 12);
const live = { kind: "secret", environment: "production" } as const;

/** What the App has just said when it is killed; nothing: at once. */
const moments = ["push received", "scanned ", "live key", "revoked aforo", "reported ", ""];

describe.each(storagesUnderTest)("on $storage", ({ start }) => {
  test(
    `killed ${kills} times, the App revokes every new key once, no old one, and reports each as it is`,
    async () => {
      const database = await start();
      try {
        await expect(killAndCheck(database.databaseUrl)).resolves.toBeUndefined();
      } finally {
        await database.stop();
      }
    },
    120_000 + kills * 20_000,
  );
});

async function killAndCheck(databaseUrl: string | null): Promise<void> {
  const breaker = { revocations: 10_000, windowMinutes: 1 };
  await using rig = await startRig({ withoutApp: true, config: { breaker } });
  const old = rig.provider.issue(live);
  await rig.commit({ "old.env": old.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  const env = { ...rig.work.env, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };
  const launch = async () => {
    const app = await startAppProcess(rig.configFile, rig.dataDirectory, env);
    rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
    return app;
  };
  let app = await launch();
  // The baseline is a fact from here on; a push before it is known would be history as well.
  await expect.poll(() => app.log(), { timeout: 60_000 }).toContain("objects of the history");
  const pushed: { readonly key: Secret; readonly sha: string }[] = [];
  for (let round = 0; round < kills; round += 1) {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ [`${round}.env`]: key.reveal() });
    pushed.push({ key, sha });
    await rig.push(`HEAD:refs/heads/${round % 3 === 0 ? "side" : "main"}`);
    const moment = moments[round % moments.length] ?? "";
    const isThere = () => app.log().includes(moment);
    await expect.poll(isThere, { timeout: 60_000, interval: 3 }).toBe(true);
    expect(await app.end("SIGKILL")).toBe("SIGKILL");
    await rig.emulator.settled();
    app = await launch();
  }
  const left = () =>
    pushed.filter(
      ({ key, sha }) =>
        rig.provider.stateOf(key) !== "revoked" ||
        rig.checkRun(sha)?.output.title !== "1 key found: 1 revoked",
    );
  await expect.poll(() => left().length, { timeout: 120_000, interval: 200 }).toBe(0);
  expect(rig.provider.stateOf(old)).toBe("active");
  expect(rig.provider.calls.filter((call) => call.startsWith("revoke"))).toHaveLength(kills);
  const runs = rig.emulator.checkRuns(rig.remote.fullName);
  expect(pushed.map(({ sha }) => runs.filter((run) => run.head_sha === sha).length)).toEqual(
    pushed.map(() => 1),
  );
  expect(await app.end("SIGTERM")).toBe(0);
  const storage = await openExposureStorage({ path: rig.dataDirectory, databaseUrl, clock: Date.now });
  try {
    expect(await storage.audit.verify()).toMatchObject({ ok: true });
    expect(await storage.intents.listUnfinished()).toEqual([]);
  } finally {
    await storage.close();
  }
  rig.emulator.assertNoViolations();
}
