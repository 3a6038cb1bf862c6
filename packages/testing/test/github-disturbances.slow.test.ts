import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { callRest, startFixture, withToken } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

const actions = ({ receiver }: GitHubFixture) => receiver.received.map(({ json }) => json["action"]);

async function send({ emulator }: GitHubFixture, ...names: readonly string[]): Promise<void> {
  for (const action of names) {
    emulator.sendEvent("installation", { action });
    await emulator.settled();
  }
}

describe("deliveries", () => {
  test("are lost without a trace, or fail and stand in the log", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    emulator.disturbDeliveries({ how: "lose" });
    emulator.disturbDeliveries({ how: "fail" });
    await send(fixture, "a", "b", "c");
    expect(actions(fixture)).toStrictEqual(["c"]);
    expect(emulator.deliveries()).toMatchObject([
      { action: "b", statusCode: 502 },
      { action: "c", statusCode: 202 },
    ]);
  });

  test("come twice under one GUID", async () => {
    await using fixture = await startFixture();
    fixture.emulator.disturbDeliveries({ how: "duplicate" });
    await send(fixture, "a", "b");
    expect(actions(fixture)).toStrictEqual(["a", "a", "b"]);
    const [first, second] = fixture.receiver.received;
    expect(first?.headers["x-github-delivery"]).toBe(second?.headers["x-github-delivery"]);
  });

  test("are held by event and come later, in the other order", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    emulator.disturbDeliveries({ how: "hold", event: "installation", times: 3 });
    await send(fixture, "a", "b", "c", "d");
    expect(actions(fixture)).toStrictEqual(["d"]);
    expect(await emulator.releaseHeld("reversed")).toBe(3);
    expect(actions(fixture)).toStrictEqual(["d", "c", "b", "a"]);
    expect(await emulator.releaseHeld()).toBe(0);
  });

  test("leave the API's list after three days", async () => {
    const startedAtMs = Date.now();
    let aheadMs = 0;
    await using fixture = await startFixture({ clock: () => startedAtMs + aheadMs });
    await send(fixture, "old");
    aheadMs = 3 * 24 * 3_600_000 - 60_000;
    await send(fixture, "new");
    const list = async () =>
      (await callRest(fixture.emulator, "GET", "/app/hook/deliveries", await fixture.appJwt())).body;
    expect(await list()).toMatchObject([{ action: "new" }, { action: "old" }]);
    aheadMs += 120_000;
    expect(await list()).toMatchObject([{ action: "new" }]);
    expect(fixture.emulator.deliveries()).toHaveLength(2);
  });
});

test("git is cut off in the middle of a pack, held up, and then gets it whole", async () => {
  await using fixture = await startFixture();
  const { emulator, work, repository } = fixture;
  work.write("noise.bin", randomBytes(200_000));
  await work.commit("base");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  const url = withToken(repository, await fixture.token());
  const clone = (name: string, ...options: readonly string[]) =>
    work.run([...options, "clone", "--quiet", "--bare", url, `${work.outside}/${name}`]);
  emulator.disturbTransfers({ cutAfterBytes: 20_000 });
  expect((await clone("cut")).exitCode).not.toBe(0);
  emulator.disturbTransfers({ stallAfterBytes: 20_000 });
  const patience = ["-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=1"];
  expect((await clone("stalled", ...patience)).exitCode).not.toBe(0);
  emulator.disturbTransfers({ bytesPerSecond: 10_000_000 });
  expect(await clone("whole")).toMatchObject({ exitCode: 0, stderr: "" });
  emulator.assertNoViolations();
});

test("readers see a repository as it was while its replicas lag", async () => {
  await using fixture = await startFixture();
  const { emulator, work, repository } = fixture;
  const before = await work.commit("base");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  emulator.lagReplicas("acme/shop", true);
  const after = await work.commit("more");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  const token = await fixture.token();
  const seen = () => work.git("ls-remote", withToken(repository, token), "refs/heads/main");
  const run = { name: "keywarden", head_sha: after, status: "in_progress" };
  const make = () => callRest(emulator, "POST", "/repos/acme/shop/check-runs", token, run);
  expect(await seen()).toContain(before);
  expect((await make()).status).toBe(422);
  emulator.lagReplicas("acme/shop", false);
  expect(await seen()).toContain(after);
  expect((await make()).status).toBe(201);
  emulator.assertNoViolations();
});

test("an installation that creates too much is refused until its minute has passed", async () => {
  // Time passes only where a test says so.
  const startedAtMs = Date.now();
  let aheadMs = 0;
  await using fixture = await startFixture({ clock: () => startedAtMs + aheadMs });
  const { emulator, work } = fixture;
  const sha = await work.commit("base");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  emulator.limitCreations({ perMinute: 2, perHour: 3 });
  const token = await fixture.token();
  const run = { name: "keywarden", head_sha: sha, status: "in_progress" };
  const make = () => callRest(emulator, "POST", "/repos/acme/shop/check-runs", token, run);
  expect([(await make()).status, (await make()).status]).toStrictEqual([201, 201]);
  const refused = await make();
  expect(refused.status).toBe(403);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
  // What only reads is not counted.
  expect((await callRest(emulator, "GET", "/repos/acme/shop", token)).status).toBe(200);
  aheadMs += 61_000;
  expect((await make()).status).toBe(201);
  expect(Number((await make()).headers.get("retry-after"))).toBeGreaterThan(3_000);
  emulator.assertNoViolations();
});
