import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Secret } from "@keywarden/key-format";
import { describe, expect, test } from "vitest";
import type { AppProcess } from "../src/process.ts";
import { run } from "../src/run.ts";
import { comeTrue } from "./rig/come-true.ts";
import { startAppProcess } from "./rig/process.ts";
import { startShop } from "./rig/shop.ts";

const minuteMs = 60_000;

describe("a successor that cannot be delivered", () => {
  test("holds its key, as everybody sees, until the deadline; then the key ends, and the sink still gets it", async () => {
    const to = (folder: string) =>
      `command:test -e ${folder}/open && { printf SHOP_KEY= && cat && echo; } > ${folder}/.env`;
    await using shop = await startShop({ to });
    const { rig, exposed } = shop;
    const app = await rig.startApp();
    const token = readFileSync(join(rig.dataDirectory, "bootstrap-token"), "utf8").trim();
    const ask = async (path: string) =>
      (await fetch(app.url + path, { headers: { authorization: `Bearer ${token}` } })).text();
    const sha = await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
    await rig.push();
    await rig.settle();
    expect(await shop.statusOf(exposed.secret.reveal())).toBe(200);
    const stuck = { state: "under-way", why: expect.stringContaining("the command ended with status 1") };
    expect(JSON.parse(await ask("/v1/exposures/1"))).toMatchObject({
      state: "held",
      reason: "replacement-stuck",
      replacement: stuck,
    });
    expect(JSON.parse(await ask("/v1/status"))).toMatchObject({ replacements: { stuck: [stuck] } });
    expect(await ask("/metrics")).toContain("keywarden_app_replacements_stuck 1");
    const run = async (...argv: readonly string[]) =>
      runCommand([...argv, "--data", rig.dataDirectory], rig.time.clock);
    expect((await run("status")).out).toMatch(/^ +aforo \S+: under-way.* the command ended/mu);
    expect((await run("list")).out).toContain("something stands in the way");
    expect((await run("show", "1")).out).toMatch(/^ +successor +under-way, until \S+ /mu);
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 live, still working");

    rig.time.advance(16 * minuteMs);
    await rig.settle();
    expect(await shop.statusOf(exposed.secret.reveal())).toBe(401);
    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
    expect(JSON.parse(await ask("/v1/exposures/1"))).toMatchObject({ replacement: { state: "overdue" } });

    writeFileSync(join(shop.folder, "open"), "");
    rig.time.advance(minuteMs);
    await rig.settle();
    expect(await shop.statusOf(shop.delivered())).toBe(200);
    expect(JSON.parse(await ask("/v1/exposures/1"))).toMatchObject({ replacement: { state: "finished" } });
    rig.assertNoLeak([exposed.secret, new Secret(shop.delivered())]);
  });

  test("holds its key for good where the config says so, until a person approves", async () => {
    await using shop = await startShop({ rotation: { otherwise: "hold", deadlineMinutes: 1 } });
    const { rig, exposed } = shop;
    const app = await rig.startApp();
    mkdirSync(shop.envFile);
    await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
    await rig.push();
    await rig.settle();
    rig.time.advance(2 * minuteMs);
    await rig.settle();
    const run = async (...argv: readonly string[]) =>
      runCommand([...argv, "--data", rig.dataDirectory], rig.time.clock);
    expect((await run("list", "--state", "held")).out).toContain("no successor was delivered in time");
    expect(await shop.statusOf(exposed.secret.reveal())).toBe(200);
    await run("approve", "1");
    await app.idle();
    expect(await shop.statusOf(exposed.secret.reveal())).toBe(401);
  });
});

test("a key for which no sink is named is revoked at once, and it is said why it has no successor", async () => {
  const sinks = [{ provider: "aforo", key: "till", to: ["env:.env#KEY"] }];
  await using shop = await startShop({ rotation: { sinks } });
  const { rig, exposed } = shop;
  await rig.startApp();
  await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
  await rig.push();
  await rig.settle();
  expect(await shop.statusOf(exposed.secret.reveal())).toBe(401);
  const shown = await runCommand(["show", "1", "--data", rig.dataDirectory], rig.time.clock);
  expect(shown.out).toMatch(/successor +impossible .*rotation\.sinks names no sink for the key .*"shop"/u);
});

test("a person who says that the key stays gets no successor", async () => {
  await using shop = await startShop();
  const { rig, exposed } = shop;
  const app = await rig.startApp();
  mkdirSync(shop.envFile);
  await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
  await rig.push();
  await rig.settle();
  await runCommand(["reject", "1", "--data", rig.dataDirectory], rig.time.clock);
  rig.time.advance(5 * minuteMs);
  await app.idle();
  expect(await shop.live()).toEqual(["shop"]);
  expect(await shop.statusOf(exposed.secret.reveal())).toBe(200);
});

test("while the kill switch is on no successor is made", async () => {
  await using shop = await startShop();
  const { rig, exposed } = shop;
  const app = await rig.startApp();
  await runCommand(["hold", "--data", rig.dataDirectory], rig.time.clock);
  await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
  await rig.push();
  await rig.settle();
  expect(await shop.live()).toEqual(["shop"]);
  await runCommand(["resume", "--data", rig.dataDirectory], rig.time.clock);
  await runCommand(["approve", "1", "--data", rig.dataDirectory], rig.time.clock);
  await app.idle();
  expect(await shop.statusOf(exposed.secret.reveal())).toBe(401);
});

test("an App whose token may not create keys does not start", async () => {
  await using shop = await startShop({ role: "responder" });
  await expect(shop.rig.startApp()).rejects.toThrow(
    "policy: rotate-then-revoke creates keys, which the token of aforo may not: its role is responder; give the App one with the role operator",
  );
});

async function runCommand(argv: readonly string[], clock: () => number) {
  let out = "";
  const write = (text: string): void => void (out += text);
  const process: AppProcess = {
    argv,
    env: {},
    clock,
    print: write,
    warn: write,
    stopped: Promise.resolve(),
    onReload: () => {},
  };
  return { status: await run(process), out };
}

// planned, begin create, created, begin deliver, delivered, begin verify, verified, old_deadline
test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "killed when its journal has %i entries, the App leaves one successor, delivered, and no exposed key alive",
  async (entries) => {
    await using shop = await startShop();
    const { rig, exposed } = shop;
    const journals = join(rig.dataDirectory, "rotations", "journals");
    const first = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
    rig.emulator.setWebhookUrl(`${first.url}/webhooks/github`);
    await rig.commit({ "src/config.ts": `const key = "${exposed.secret.reveal()}";\n` });
    await rig.push("HEAD:refs/heads/main");
    const reached = async (): Promise<void> => {
      while (countEntries(journals) < entries) await setImmediate();
    };
    await comeTrue(reached(), rig, first);
    expect(await first.end("SIGKILL")).toBe("SIGKILL");
    await rig.emulator.settled();

    const second = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
    await expect.poll(() => shop.statusOf(exposed.secret.reveal())).toBe(401);
    await expect.poll(() => readLast(journals)).toContain('"done"');
    expect(await shop.statusOf(shop.delivered())).toBe(200);
    expect(await shop.live()).toEqual([expect.stringMatching(/^shop rot-/u)]);
    expect(await second.end("SIGTERM")).toBe(0);
    await rig.inspect(async ({ replacements, decisions, intents, audit }) => {
      expect(await replacements.counts()).toMatchObject({ finished: 1 });
      expect(await decisions.get(1)).toMatchObject({ state: "revoked" });
      expect(await intents.listUnfinished()).toEqual([]);
      expect(await audit.verify()).toMatchObject({ ok: true });
    });
    rig.assertNoLeak([exposed.secret, new Secret(shop.delivered())]);
  },
);

function readLast(folder: string): string {
  const [file] = existsSync(folder) ? readdirSync(folder) : [];
  return file === undefined
    ? ""
    : (readFileSync(join(folder, file), "utf8").trimEnd().split("\n").at(-1) ?? "");
}

function countEntries(folder: string): number {
  const [file] = existsSync(folder) ? readdirSync(folder) : [];
  return file === undefined ? 0 : readFileSync(join(folder, file), "utf8").split("\n").length - 1;
}
