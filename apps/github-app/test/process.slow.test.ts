import { createServer } from "node:net";
import { createHmac, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { comeTrue } from "./rig/come-true.ts";
import { runToEnd, startAppProcess } from "./rig/process.ts";
import { startRig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

test("killed between a revocation and its record, the App asks what became of it and completes the audit", async () => {
  await using rig = await startRig({ withoutApp: true });
  const key = rig.provider.issue(live);
  const done = rig.provider.swallowNextRevokeAnswer("hang");
  const first = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  expect(first.readyLine).toMatch(/^keywarden-github-app listening on http:\/\/127\.0\.0\.1:\d+ \(armed\)$/u);
  rig.emulator.setWebhookUrl(`${first.url}/webhooks/github`);
  const sha = await rig.commit({ "a.ts": key.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await comeTrue(done, rig, first);
  expect(await first.end("SIGKILL")).toBe("SIGKILL");
  await rig.emulator.settled();

  const second = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  await expect.poll(() => rig.checkRun(sha)?.conclusion).toBe("failure");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(await second.end("SIGTERM")).toBe(0);
  expect(rig.provider.revokes()).toHaveLength(1);
  await rig.inspect(async ({ audit, intents }) => {
    const actions = (await audit.list()).map(({ action }) => action);
    expect(actions.filter((action) => action === "key.revoke.intended")).toHaveLength(1);
    expect(actions.filter((action) => action === "key.revoke.finished")).toHaveLength(1);
    expect(await audit.verify()).toMatchObject({ ok: true });
    expect(await intents.listUnfinished()).toEqual([]);
  });
  rig.assertNoLeak([key]);
  rig.emulator.assertNoViolations();
});

test("asked to stop in the middle of a revocation, the App gives the job back or ends it, and stops with status 0", async () => {
  await using rig = await startRig({ withoutApp: true });
  const key = rig.provider.issue(live);
  const first = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  rig.emulator.setWebhookUrl(`${first.url}/webhooks/github`);
  const done = rig.provider.swallowNextRevokeAnswer("hang");
  const sha = await rig.commit({ "a.ts": key.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await comeTrue(done, rig, first);
  expect(await first.end("SIGTERM")).toBe(0);
  const second = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  await expect.poll(() => rig.checkRun(sha)?.conclusion).toBe("failure");
  expect(await second.end("SIGTERM")).toBe(0);
  expect(rig.provider.revokes()).toHaveLength(1);
});

test("SIGHUP makes the App read config and secrets again; a config it cannot use changes nothing", async () => {
  await using rig = await startRig({ withoutApp: true, config: { mode: "dry-run" } });
  const app = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
  const config = readFileSync(rig.configFile, "utf8");
  writeFileSync(rig.configFile, config.replace('"dry-run"', '"armd"'));
  app.signal("SIGHUP");
  await expect.poll(() => app.log()).toContain("the new config is not used; the old one stays in use");
  await expect.poll(() => app.log()).toContain("mode: ");

  writeFileSync(rig.configFile, config.replace('"dry-run"', '"armed"'));
  const secretFile = join(dirname(rig.configFile), "webhook-secret");
  writeFileSync(secretFile, "another-secret\n");
  app.signal("SIGHUP");
  await expect.poll(() => app.log()).toContain("config and secrets read again mode=armed");
  const deliver = async (secret: string): Promise<number> => {
    const body = "{}";
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const answer = await fetch(`${app.url}/webhooks/github`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-hub-signature-256": `sha256=${signature}`,
        "x-github-event": "ping",
        "x-github-delivery": randomUUID(),
      },
    });
    return answer.status;
  };
  expect([await deliver(rig.emulator.webhookSecret), await deliver("another-secret")]).toEqual([401, 202]);

  writeFileSync(secretFile, `${rig.emulator.webhookSecret}\n`);
  app.signal("SIGHUP");
  await expect.poll(() => app.log().match(/read again/gu)).toHaveLength(2);
  const token = readFileSync(join(rig.dataDirectory, "bootstrap-token"), "utf8").trim();
  const choose = (mode: string) =>
    fetch(`${app.url}/v1/arm`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ mode }),
    });
  await choose("dry-run");
  app.signal("SIGHUP");
  await expect.poll(() => app.log()).toContain("mode=dry-run why=armed in the config is overruled by arm");
  await choose("armed");

  // Nobody has asked whether it is ready.
  rig.provider.failWith(401);
  app.signal("SIGHUP");
  await expect.poll(() => app.log()).toContain("not ready: provider aforo");
  rig.provider.failWith(0);

  const key = rig.provider.issue(live);
  await rig.commit({ "a.ts": key.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await expect.poll(() => rig.provider.stateOf(key)).toBe("revoked");
  expect(await app.end("SIGTERM")).toBe(0);
});

describe("what keeps the App from starting is said in one sentence", () => {
  test("a port in use", async () => {
    await using rig = await startRig({ withoutApp: true });
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, "127.0.0.1", () => {
        const address = blocker.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const { status, out, error } = await runToEnd([
      "--config",
      rig.configFile,
      "--data",
      rig.dataDirectory,
      "--port",
      String(port),
    ]);
    blocker.close();
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(error).toBe(
      `keywarden-github-app: port ${port} on 127.0.0.1 is in use; choose another with --port, or 0 for any\n`,
    );
  });

  test("a data directory that another App has open", async () => {
    await using rig = await startRig();
    const { status, error } = await runToEnd([
      "--config",
      rig.configFile,
      "--data",
      rig.dataDirectory,
      "--port",
      "0",
    ]);
    expect(status).toBe(2);
    expect(error.split("\n")).toHaveLength(2);
    expect(error).toContain(rig.dataDirectory);
  });

  test("a policy that several Apps on one database could not keep", async () => {
    const sinks = [{ provider: "aforo", key: "shop", to: ["env:.env#KEY"] }];
    const policy = [{ provider: ["aforo"], action: "rotate-then-revoke" }];
    await using rig = await startRig({ withoutApp: true, config: { policy, rotation: { sinks } } });
    const database = "postgres://nobody@127.0.0.1:1/none";
    const { status, error } = await runToEnd([
      "--config",
      rig.configFile,
      "--data",
      rig.dataDirectory,
      "--database-url",
      database,
      "--port",
      "0",
    ]);
    expect(status).toBe(2);
    expect(error).toMatch(
      /^keywarden-github-app: policy: rotate-then-revoke works with the storage in --data alone/u,
    );
  });

  test("a data directory that is a file", async () => {
    await using rig = await startRig({ withoutApp: true });
    writeFileSync(rig.dataDirectory, "");
    const { status, error } = await runToEnd([
      "--config",
      rig.configFile,
      "--data",
      rig.dataDirectory,
      "--port",
      "0",
    ]);
    expect(status).toBe(2);
    expect(error).not.toContain("    at ");
  });

  test("a config without a webhook secret", async () => {
    using directory = makeTemporaryDirectory();
    mkdirSync(join(directory.path, "data"));
    const config = join(directory.path, "keywarden.json");
    writeFileSync(config, JSON.stringify({ github: { appId: 1, privateKeyFile: "app.pem" }, providers: [] }));
    const { status, error } = await runToEnd(["--config", config, "--data", join(directory.path, "data")]);
    expect(status).toBe(2);
    expect(error).toContain("github.webhookSecretFile: is required");
  });

  test("an unknown flag, with the one that was meant", async () => {
    const { status, error } = await runToEnd(["--confg", "x"]);
    expect(status).toBe(2);
    expect(error).toBe(
      'keywarden-github-app: Unknown flag "--confg" for keywarden-github-app. Did you mean --config?\n',
    );
  });
});

test("help teaches the config and every flag", async () => {
  const { status, out, error } = await runToEnd(["--help"]);
  expect({ status, error }).toEqual({ status: 0, error: "" });
  for (const word of [
    "--config",
    "--data",
    "--port",
    "kill-switch",
    "approve",
    "webhookSecretFile",
    "Exit status",
  ]) {
    expect(out).toContain(word);
  }
});
