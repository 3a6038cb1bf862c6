import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { aforo } from "@keywarden/key-format";
import { openExposureStorage } from "@keywarden/storage";
import { describe, expect, test } from "vitest";
import { comeTrue } from "./rig/come-true.ts";
import { startAppProcess } from "./rig/process.ts";
import { startRig } from "./rig/rig.ts";
import type { Rig } from "./rig/rig.ts";
import type { AppProcess } from "./rig/start-app-program.ts";

// Scenes in which an audit of 2026-11-28 broke the built App, each under its conditions; docs/app-faults.md says where the others
// of that audit are.
const live = { kind: "secret", environment: "production" } as const;
const breaker = { revocations: 500, windowMinutes: 1 };

async function play(
  scene: (rig: Rig, app: AppProcess) => Promise<void>,
  prepare: (rig: Rig) => Promise<void> = async () => {},
): Promise<void> {
  await using rig = await startRig({ withoutApp: true, providers: [aforo], config: { breaker } });
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  await prepare(rig);
  const app = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
  try {
    await scene(rig, app);
    rig.emulator.assertNoViolations();
  } finally {
    await app.end("SIGTERM");
  }
}

const titlesOf = (rig: Rig, sha: string): readonly (string | null)[] =>
  rig.emulator
    .checkRuns(rig.remote.fullName)
    .filter(({ head_sha: head, status }) => head === sha && status === "completed")
    .map(({ output }) => output.title);

// Longer than `comeTrue` waits, which tells more of what went wrong.
const patience = { timeout: 600_000, interval: 50 };

/** Waits for a check run that says so; where the machine is so slow that one was final before, that is superseded. */
async function endsAs(rig: Rig, app: AppProcess, sha: string, title: string): Promise<void> {
  const isSaid = async (): Promise<void> => {
    await expect.poll(() => titlesOf(rig, sha).at(-1), patience).toBe(title);
  };
  await comeTrue(isSaid(), rig, app);
  expect(new Set(titlesOf(rig, sha).slice(0, -1))).not.toContain(title);
  const others = () => titlesOf(rig, sha).slice(0, -1);
  const areSuperseded = async (): Promise<void> => {
    await expect.poll(() => others().filter((one) => one !== "Superseded"), patience).toEqual([]);
  };
  await comeTrue(areSuperseded(), rig, app);
}

const revoked = "1 key found: 1 revoked";

const revokeCalls = (rig: Rig): number => rig.provider.revokes().length;

describe("every place of a key is told", () => {
  test("of one in 120 different files, of one in 100 equal files, and of two in one file", () =>
    play(async (rig, app) => {
      const placesOf = (sha: string): number =>
        new Set(rig.checkRun(sha)?.annotations.map(({ path }) => path)).size;
      const [different, equal, first, second] = [1, 2, 3, 4].map(() => rig.provider.issue(live));
      if (different === undefined || equal === undefined || first === undefined || second === undefined)
        throw new Error("four were issued");
      const filesOf = (count: number, text: (index: number) => string) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`d/${index}.env`, text(index)]));
      const shas: string[] = [];
      for (const files of [
        filesOf(120, (index) => `# ${index}\nK=${different.reveal()}\n`),
        Object.fromEntries(
          Object.entries(filesOf(100, () => `K=${equal.reveal()}\n`)).map(([path, text]) => [
            `e/${path}`,
            text,
          ]),
        ),
        { "two.env": `A=${first.reveal()}\nB=${second.reveal()}\n` },
      ]) {
        shas.push(await rig.commit(files));
        await rig.push("HEAD:refs/heads/main");
      }
      const titles = [revoked, revoked, "2 keys found: 2 revoked"];
      for (const [index, title] of titles.entries()) await endsAs(rig, app, shas[index] ?? "", title);
      expect(shas.map(placesOf)).toEqual([120, 100, 1]);
      expect(revokeCalls(rig)).toBe(4);
    }));
});

test("fifty branches in one push are fifty deliveries that are answered, and one key that is revoked", () =>
  play(async (rig, app) => {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "a.env": key.reveal() });
    const branches = Array.from({ length: 50 }, (_, index) => `HEAD:refs/heads/f${index}`);
    await rig.push(...branches);
    await rig.emulator.settled();
    await endsAs(rig, app, sha, revoked);
    const pushes = rig.emulator.deliveries().filter(({ event }) => event === "push");
    expect(
      pushes.filter(({ payload }) => payload.includes("refs/heads/f")).map(({ statusCode }) => statusCode),
    ).toEqual(branches.map(() => 202));
    expect(revokeCalls(rig)).toBe(1);
  }));

test("five thousand commits in one push are looked through to the last", () =>
  play(async (rig, app) => {
    const commits = Array.from(
      { length: 5_000 },
      (_, index) =>
        `commit refs/heads/bulk\ncommitter d <d@example.com> ${1_700_000_000 + index} +0000\ndata 1\nx\n` +
        `M 100644 inline d/f${index}.txt\ndata 20\n${String(index).padEnd(20, "y")}\n`,
    );
    await rig.work.run(["fast-import", "--quiet"], { input: commits.join("") });
    await rig.work.git("checkout", "--quiet", "bulk");
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "k.env": key.reveal() });
    await rig.push("HEAD:refs/heads/bulk");
    await endsAs(rig, app, sha, revoked);
    expect(rig.provider.stateOf(key)).toBe("revoked");
  }));

test("a thousand older dead letters keep no held key from being approved", () => {
  const fillWithDeadLetters = async (rig: Rig): Promise<void> => {
    const storage = await openExposureStorage({ path: rig.dataDirectory, clock: Date.now });
    for (let index = 0; index < 1_000; index += 1) {
      await storage.jobs.enqueue({ id: `report:dead-${index}`, kind: "report", payload: {} });
      const job = await storage.jobs.claim({ kinds: ["report"], leaseMs: 1_000, worker: "x" });
      if (job !== null) await storage.jobs.bury(job, "GITHUB_NOT_FOUND");
    }
    await storage.close();
  };
  return play(async (rig, app) => {
    const killSwitch = join(rig.dataDirectory, "kill-switch");
    writeFileSync(killSwitch, "");
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "a.env": key.reveal() });
    await rig.push("HEAD:refs/heads/main");
    await endsAs(rig, app, sha, "1 key found: 1 live, still working");
    expect(rig.provider.stateOf(key)).toBe("active");
    rmSync(killSwitch);
    writeFileSync(join(rig.dataDirectory, "approve"), "");
    await endsAs(rig, app, sha, revoked);
    expect(rig.provider.stateOf(key)).toBe("revoked");
  }, fillWithDeadLetters);
});

test("a branch and a tag whose key's provider answers only after both were scanned end in one check run", async () => {
  await using rig = await startRig({ withoutApp: true, providers: [aforo] });
  const waiting: (() => void)[] = [];
  let isSlow = true;
  const target = new URL(rig.provider.baseUrl);
  const slow = http.createServer((request, response) => {
    const pass = (): void => {
      const { method, headers, url: path } = request;
      const { hostname: host, port } = target;
      request.pipe(
        http.request({ host, port, path, method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }),
      );
    };
    if (isSlow) waiting.push(pass);
    else pass();
  });
  await once(slow.listen(0, "127.0.0.1"), "listening");
  const { port } = slow.address() as AddressInfo;
  await using _server = { [Symbol.asyncDispose]: async () => void slow.close(() => {}) };
  rig.reconfigure((config) => ({
    ...config,
    providers: config.providers.map((one) => ({ ...one, baseUrl: `http://127.0.0.1:${port}` })),
  }));
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  const app = await startAppProcess(rig.configFile, rig.dataDirectory, rig.work.env);
  rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
  try {
    const key = rig.provider.issue(live);
    const sha = await rig.commit({ "a.env": `K=${key.reveal()}` });
    await rig.work.git("tag", "v2");
    await rig.push("HEAD:refs/heads/main", "refs/tags/v2");
    await rig.emulator.settled();
    await comeTrue(
      expect.poll(() => app.log().match(/scanned \d+ objects/gu)?.length, patience).toBeGreaterThanOrEqual(2),
      rig,
      app,
    );
    expect(titlesOf(rig, sha)).toEqual([]);
    isSlow = false;
    for (const pass of waiting) pass();
    await endsAs(rig, app, sha, revoked);
    expect(
      rig.checkRun(sha)?.annotations.map(({ message }) => message?.includes("has been revoked")),
    ).toEqual([true]);
  } finally {
    await app.end("SIGTERM");
  }
});

test("names that mean something to a shell, to git or to Markdown are names, and a megabyte of message is read", () =>
  play(async (rig, app) => {
    const [inFile, inMessage] = [rig.provider.issue(live), rig.provider.issue(live)];
    const path = 'a`b](https://evil.example) <img src=x> $(touch made);"\n# heading.env';
    const sha = await rig.commit({ [path]: inFile.reveal() });
    await rig.push("HEAD:refs/heads/$(touch${IFS}made);`id`&&--upload-pack=x");
    await endsAs(rig, app, sha, revoked);
    const long = `${"x".repeat(1_000_000)} ${inMessage.reveal()}`;
    writeFileSync(join(rig.work.path, "message"), long);
    await rig.work.git("commit", "--quiet", "--allow-empty", "--file", "message");
    const second = (await rig.work.git("rev-parse", "HEAD")).trim();
    await rig.push("HEAD:refs/heads/main");
    await endsAs(rig, app, second, revoked);
    expect([inFile, inMessage].map((key) => rig.provider.stateOf(key))).toEqual(["revoked", "revoked"]);
    const summary = rig.checkRun(sha)?.output.summary ?? "";
    // Nothing of the name begins a line, ends its code span or makes a link.
    expect(summary).not.toMatch(/^# heading/mu);
    expect(summary.split("\n").filter((line) => line.includes("evil.example"))).toHaveLength(1);
    expect(rig.checkRun(second)?.output.summary?.length).toBeLessThan(2_000);
  }));
