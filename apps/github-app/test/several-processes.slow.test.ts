import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "@keywarden/key-format";
import { findPostgres } from "@keywarden/testing";
import { expect, test } from "vitest";
import { runToEnd, startAppProcess } from "./rig/process.ts";
import { startRig } from "./rig/rig.ts";
import { startDatabase } from "./rig/storages.ts";

const live = { kind: "secret", environment: "production" } as const;

test.skipIf("missing" in findPostgres())(
  "two processes on one PostgreSQL revoke and report once, stop together, and finish what one of them leaves",
  async () => {
    const database = await startDatabase();
    try {
      await expect(workTogether(database.databaseUrl)).resolves.toBeUndefined();
    } finally {
      await database.stop();
    }
  },
);

async function workTogether(databaseUrl: string): Promise<void> {
  const breaker = { revocations: 10_000, windowMinutes: 1 };
  await using rig = await startRig({ withoutApp: true, config: { breaker } });
  const env = { ...rig.work.env, DATABASE_URL: databaseUrl };
  const [first, second] = [join(rig.dataDirectory, "first"), join(rig.dataDirectory, "second")];
  for (const folder of [first, second]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const one = await startAppProcess(rig.configFile, first, env);
  const other = await startAppProcess(rig.configFile, second, env);
  const tell = (app: typeof one) => rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
  const revokeCalls = () => rig.provider.revokes();

  const pushed: { readonly key: Secret; readonly sha: string }[] = [];
  for (let round = 0; round < 8; round += 1) {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ [`${round}.env`]: key.reveal() });
    pushed.push({ key, sha });
    await rig.work.git("tag", `v${round}`);
    // One hears of the branch and the other of the tag, at the same time.
    tell(one);
    await rig.push("HEAD:refs/heads/main");
    tell(other);
    await rig.push(`v${round}`);
    await rig.emulator.settled();
  }
  const title = (sha: string) => rig.checkRun(sha)?.output.title;
  await expect.poll(() => pushed.filter(({ sha }) => title(sha) !== "1 key found: 1 revoked").length).toBe(0);
  expect(revokeCalls()).toHaveLength(pushed.length);
  const runs = rig.emulator.checkRuns(rig.remote.fullName);
  expect(pushed.map(({ sha }) => runs.filter((run) => run.head_sha === sha).length)).toEqual(
    pushed.map(() => 1),
  );

  // The administrator's token is in the folder of whoever was there first, and both take it.
  const tokenFile = join(first, "bootstrap-token");
  const ask = (app: typeof one, ...args: readonly string[]) =>
    runToEnd([...args, "--server", app.url, "--token-file", tokenFile, "--by", "ann"]);
  expect(await ask(one, "hold")).toMatchObject({ status: 0, error: "" });
  tell(other);
  const held = rig.provider.issue(live);
  const heldSha = await rig.commit({ "held.env": held.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await expect.poll(() => title(heldSha)).toBe("1 key found: 1 live, still working");
  expect(rig.provider.stateOf(held)).toBe("active");
  await ask(other, "resume");
  const { out } = await ask(one, "list", "--state", "held", "--json");
  const [exposure] = (JSON.parse(out) as { readonly data: readonly { readonly id: number }[] }).data;
  await ask(one, "approve", String(exposure?.id));
  await expect.poll(() => rig.provider.stateOf(held)).toBe("revoked");
  await expect.poll(() => title(heldSha)).toBe("1 key found: 1 revoked");

  const done = rig.provider.swallowNextRevokeAnswer("hang");
  const last = rig.provider.issue(live);
  const lastSha = await rig.commit({ "last.env": last.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await done;
  // Whether it is the one that waits for the answer or not: the other has to see it through, and to ask nothing twice.
  expect(await one.end("SIGKILL")).toBe("SIGKILL");
  await expect.poll(() => title(lastSha)).toBe("1 key found: 1 revoked");
  expect(revokeCalls()).toHaveLength(pushed.length + 2);
  expect(await other.end("SIGTERM")).toBe(0);
  rig.emulator.assertNoViolations();
}
