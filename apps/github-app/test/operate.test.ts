import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "@keywarden/key-format";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { App } from "../src/app.ts";
import { sayBreaker } from "../src/operate/say-breaker.ts";
import type { AppProcess } from "../src/process.ts";
import { run } from "../src/run.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

test("the breaker is called closed only by what was counted", () => {
  const breaker = { isOpen: false, revocations: 3, limit: 10, windowMinutes: 10 };
  const shown = "3 of 10 revocations in 10 min";
  expect(sayBreaker({ ...breaker, share: null })).toBe(`closed: ${shown}`);
  expect(sayBreaker({ ...breaker, share: 0.2, isOpen: true })).toBe(`open: ${shown}`);
  expect(sayBreaker({ ...breaker, share: 0.2 })).toBe(
    `closed by the number: ${shown}; that no more than 20 % of a provider's live keys go is seen at each key`,
  );
});

describe("what people can ask of a running App", () => {
  let rig: Rig;
  let app: App;
  let key: Secret;
  beforeAll(async () => {
    rig = await startRig({ withoutApp: true, config: { mode: "dry-run" } });
    app = await rig.startApp();
    key = rig.provider.issue(live);
    await rig.commit({ "src/keys.ts": key.reveal() });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  const adminToken = () => readFileSync(join(rig.dataDirectory, "bootstrap-token"), "utf8").trim();
  const ask = async (method: string, path: string, token: string | null, body?: unknown) => {
    const answer = await fetch(`${app.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
  };
  const command = (...argv: readonly string[]) =>
    runCommand([...argv, "--data", rig.dataDirectory, "--by", "ann"], rig.time.clock);

  test("is refused to strangers and to tokens without the right", async () => {
    expect((await ask("GET", "/v1/exposures", null)).status).toBe(401);
    expect((await ask("GET", "/metrics", null)).status).toBe(401);
    expect((await ask("GET", "/v1/status", "kwt_nobody")).json()).toMatchObject({ code: "APP_UNAUTHORISED" });
    const made = await ask("POST", "/v1/tokens", adminToken(), { name: "bob", role: "reader" });
    const { id, token } = made.json() as { readonly id: string; readonly token: string };
    expect((await ask("GET", "/v1/exposures", token)).status).toBe(200);
    expect((await ask("POST", "/v1/hold", token, {})).json()).toMatchObject({
      code: "APP_FORBIDDEN",
      detail: "a token with the role reader may not do this; use one with the role admin or operator",
    });
    expect((await ask("POST", `/v1/tokens/${id}/revoke`, adminToken(), {})).status).toBe(200);
    expect((await ask("GET", "/v1/exposures", token)).status).toBe(401);
  });

  test("that does not exist or is not in order is refused with the reason", async () => {
    expect((await ask("GET", "/v1/exposures/99", adminToken())).json()).toMatchObject({
      status: 404,
      detail: "there is no exposure 99",
    });
    expect((await ask("GET", "/v1/exposures/x", adminToken())).status).toBe(400);
    expect((await ask("GET", "/v1/exposures?state=gone", adminToken())).status).toBe(400);
  });

  test("lists what was found in dry-run, and shows where without the key", async () => {
    const { out, status } = await command("list");
    expect(out).toMatch(/^ID +DECISION .*\n1 +would-revoke +aforo +sk_live_….*acme\/shop .*\n1 found\n$/u);
    expect(status).toBe(0);
    const shown = await command("show", "1");
    expect(shown.out).toContain("src/keys.ts:1 in ");
    expect(shown.out).not.toContain(key.reveal());
    expect((await command("show", "7")).error).toBe("keywarden-github-app: there is no exposure 7\n");
  });

  test("lists the repositories that the App has heard of", async () => {
    expect((await command("repositories")).out).toMatch(/^REPOSITORY .*\nacme\/shop +private +active /u);
    expect((await ask("GET", "/v1/repositories?state=suspended", adminToken())).json()).toEqual({ data: [] });
  });

  test("previews arming, arms under a person's name, and revokes what was found in dry-run", async () => {
    const preview = await command("arm", "--preview");
    expect(preview.status).toBe(1);
    expect(preview.out).toContain(key.reveal().slice(-4));
    expect(preview.out).toContain("arming revokes this key at once");
    expect(rig.provider.stateOf(key)).toBe("active");

    expect((await command("hold")).out).toContain("kill switch  on (by ann since ");
    expect((await command("arm")).out).toBe("the App is armed now\n");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("active");
    const held = await command("list", "--state", "held", "--json");
    expect(held.status).toBe(1);
    expect(JSON.parse(held.out)).toMatchObject({ data: [{ id: 1, reason: "kill-switch" }] });
    expect((await command("approve", "1")).error).toContain("the kill switch is on, so an approval");
    expect((await command("show", "1")).out).toContain("approval     none");

    await command("resume");
    const { out } = await command("status");
    expect(out).toContain("list --state held, then approve <id> or reject <id>");
    expect(out).toContain("decisions    1 held");
    expect(out).toMatch(/^breaker +closed: 0 of \d+ revocations in \d+ min$/mu);
    await command("approve", "1");
    await rig.settle();
    expect(rig.provider.stateOf(key)).toBe("revoked");
    const shown = await command("show", "1");
    expect(shown.out).toContain("approved by ann at ");
    expect((await command("approve", "1")).error).toBe(
      "keywarden-github-app: exposure 1 is revoked (revoked): an approval or rejection would change nothing\n",
    );
  });

  test("has GitHub send a delivery again by its GUID, which does nothing twice", async () => {
    const { guid } = rig.emulator.deliveries()[0] ?? { guid: "" };
    expect((await command("replay", guid)).out).toBe(`GitHub sends ${guid} again\n`);
    await rig.settle();
    expect(rig.emulator.deliveries().filter((one) => one.guid === guid)).toHaveLength(2);
    expect((await command("replay", "00000000-0000-0000-0000-000000000000")).error).toContain(
      "GitHub does not know the delivery",
    );
  });

  test("sweeps and scans the history when somebody asks for it", async () => {
    expect((await command("sweep")).out).toBe("queued: sweep-deliveries, sweep-repositories\n");
    expect((await command("backfill", rig.remote.fullName, "--again")).out).toBe(
      "queued the history of 1 repository\n",
    );
    await rig.settle();
    expect((await command("backfill", "acme/none")).error).toContain("does not know an active repository");
    expect((await command("repositories")).out).not.toContain("never");
    expect((await ask("GET", "/v1/openapi.json", null)).json()).toMatchObject({ openapi: "3.1.1" });
  });

  test("measures the time to revoke, and counts deliveries, refusals, decisions and the breaker", async () => {
    const forged = `sha256=${"0".repeat(64)}`;
    await fetch(`${app.url}/webhooks/github`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json", "x-hub-signature-256": forged },
    });
    const { text } = await ask("GET", "/metrics", adminToken());
    for (const line of [
      "keywarden_app_revocation_seconds_count 1",
      'keywarden_app_deliveries_total{event="push",status="202"} 2',
      'keywarden_app_refused_total{why="forged"} 1',
      'keywarden_app_decisions{state="revoked"} 1',
      'keywarden_app_queue_age_seconds{lane="scan"} 0',
      "keywarden_app_breaker_revocations 1",
      "keywarden_app_breaker_limit 10",
      "keywarden_app_armed 1",
      "keywarden_app_kill_switch 0",
    ])
      expect(text).toContain(`${line}\n`);
  });

  test("leaves an audit that names the people, and no key anywhere", async () => {
    expect((await command("verify-audit")).out).toMatch(/^the audit is intact: \d+ entries/u);
    await rig.inspect(async ({ audit }) => {
      const acts = (await audit.list()).filter(({ actor }) => actor === "ann").map(({ action }) => action);
      expect(acts).toEqual([
        "revocations.held",
        "app.armed",
        "revocations.resumed",
        "decision.approved",
        "delivery.replayed",
        "sweep.requested",
        "backfill.requested",
      ]);
    });
    rig.assertNoLeak([key]);
    rig.emulator.assertNoViolations();
  });

  test("is asked of the storage itself while no App runs, and done by the next one", async () => {
    const other = rig.provider.issue(live);
    await rig.startApp();
    await command("hold");
    await rig.commit({ "b.ts": other.reveal() });
    await rig.push("HEAD:refs/heads/main");
    await rig.settle();
    await rig.stopApp();
    expect((await command("list")).error).toContain("to work on its storage, name --config <file> too");
    expect((await runCommand(["list", "--data", "/nowhere"], rig.time.clock)).error).toContain(
      "no App has its storage in /nowhere",
    );
    expect((await command("replay", "12345678", "--config", rig.configFile)).error).toContain(
      "no App is running",
    );
    const alone = (...argv: readonly string[]) => command(...argv, "--config", rig.configFile);
    await alone("resume");
    const { data } = JSON.parse((await alone("list", "--state", "held", "--json")).out) as {
      readonly data: readonly { readonly id: number }[];
    };
    expect((await alone("approve", String(data[0]?.id))).status).toBe(0);
    await rig.startApp();
    await rig.settle();
    expect(rig.provider.stateOf(other)).toBe("revoked");
  });
});

test("doctor says what is well, and what to do about what is not", async () => {
  await using rig = await startRig({ withoutApp: true });
  const doctor = () => runCommand(["doctor", "--config", rig.configFile, "--live"], rig.time.clock);
  const well = await doctor();
  expect(well.out).toMatch(/^ok {3}config: /u);
  expect([well.status, well.out.includes("FAIL")]).toEqual([0, false]);
  rig.provider.failWith(401);
  rig.emulator.failNext({ route: "GET /app", status: 401 });
  const ill = await doctor();
  expect(ill.status).toBe(1);
  expect(ill.out).toMatch(/FAIL github: .*check appId, privateKeyFile and the clock\n/u);
  expect(ill.out).toContain("FAIL provider aforo: ");
});

async function runCommand(argv: readonly string[], clock: () => number) {
  const written = { out: "", error: "" };
  const process: AppProcess = {
    argv,
    env: {},
    clock,
    print: (text) => void (written.out += text),
    warn: (text) => void (written.error += text),
    stopped: Promise.resolve(),
    onReload: () => {},
  };
  return { status: await run(process), ...written };
}
