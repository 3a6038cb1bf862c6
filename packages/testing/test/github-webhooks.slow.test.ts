import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { signPayload } from "../src/github/webhooks/deliver.ts";
import { mostBranchesWithEvents, updatesWithEvents } from "../src/github/git/receive-push.ts";
import { callRest, startFixture, startReceiver } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;

describe("a delivery", () => {
  test("is signed as GitHub's documentation shows", () => {
    expect(signPayload("It's a Secret to Everybody", "Hello, World!")).toBe(
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    );
  });

  test("carries the signature of its raw bytes and the headers of an app's webhook", async () => {
    await using fixture = await startFixture();
    await pushOnce(fixture, "café ☕");
    const [delivery] = fixture.receiver.received;
    const expected = createHmac("sha256", "not a secret")
      .update(delivery?.body ?? "")
      .digest("hex");
    expect(delivery?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": expect.stringMatching(/^GitHub-Hookshot\//u),
      "x-github-delivery": expect.stringMatching(guid),
      "x-github-event": "push",
      "x-github-hook-id": expect.stringMatching(/^\d+$/u),
      "x-github-hook-installation-target-id": String(fixture.emulator.appId),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature-256": `sha256=${expected}`,
    });
  });

  test("is not made for a repository without the app", async () => {
    await using fixture = await startFixture();
    const { emulator, work } = fixture;
    const foreign = await emulator.createRepository({ owner: "acme", name: "foreign", installed: false });
    await work.commit("base");
    await work.git("push", "--quiet", foreign.pushUrlFor("dana"), "HEAD:refs/heads/main");
    await emulator.settled();
    expect(emulator.deliveries()).toStrictEqual([]);
  });

  test.for([
    ["a refusal", 500, 500, "Invalid HTTP Response: 500"],
    ["silence", null, 504, "timed out"],
  ] as const)("that meets %s is logged and not repeated", async ([, status, statusCode, said]) => {
    await using fixture = await startFixture(status === null ? { deliveryTimeoutMs: 3_000 } : {});
    fixture.receiver.status = status;
    await pushOnce(fixture);
    expect(fixture.receiver.received).toHaveLength(1);
    expect(fixture.emulator.deliveries()).toMatchObject([{ statusCode, status: said, redelivery: false }]);
  });

  test("that is never answered does not keep the emulator from closing", async () => {
    await using fixture = await startFixture();
    fixture.receiver.status = null;
    fixture.emulator.sendEvent("installation", { action: "suspend" });
    await fixture.emulator.close();
    const [delivery] = fixture.emulator.deliveries();
    // One whose time had run out would have 504.
    expect(delivery).toMatchObject({ statusCode: 502 });
  });

  test("that finds nobody is logged as such", async () => {
    await using fixture = await startFixture();
    const gone = await startReceiver();
    await gone.close();
    fixture.emulator.setWebhookUrl(gone.url);
    await pushOnce(fixture);
    expect(fixture.emulator.deliveries()).toMatchObject([{ statusCode: 502, url: gone.url }]);
  });

  test("of any event can be asked for, and is dropped above 25 MB", async () => {
    await using fixture = await startFixture();
    const { emulator, receiver } = fixture;
    emulator.sendEvent("installation", { action: "suspend" });
    emulator.sendEvent("installation", { action: "x".repeat(25 * 1024 * 1024) });
    await emulator.settled();
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.json).toMatchObject({
      action: "suspend",
      installation: { id: emulator.installationId },
    });
    expect(emulator.deliveries()).toMatchObject([{ event: "installation", action: "suspend" }]);
  });
});

describe("the delivery log", () => {
  test("shows a failed delivery, and a new attempt has the same GUID and bytes", async () => {
    await using fixture = await startFixture();
    const { emulator, receiver } = fixture;
    receiver.status = 503;
    await pushOnce(fixture);
    const jwt = await fixture.appJwt();
    const failures = await callRest(emulator, "GET", "/app/hook/deliveries?status=failure", jwt);
    const [failed] = failures.body as unknown as { readonly id: number; readonly guid: string }[];
    expect(failed).toMatchObject({ status_code: 503, event: "push", redelivery: false });
    const path = `/app/hook/deliveries/${String(failed?.id)}`;
    const whole = await callRest(emulator, "GET", path, jwt);
    expect(whole.body).toMatchObject({
      request: { payload: receiver.received[0]?.json },
      response: { payload: "thanks" },
    });

    receiver.status = 202;
    expect((await callRest(emulator, "POST", `${path}/attempts`, jwt)).status).toBe(202);
    await emulator.settled();
    expect(receiver.received[1]?.body.equals(receiver.received[0]?.body ?? Buffer.alloc(0))).toBe(true);
    expect(receiver.received[1]?.headers["x-github-delivery"]).toBe(failed?.guid);
    const successes = await callRest(emulator, "GET", "/app/hook/deliveries?status=success", jwt);
    expect(successes.body).toMatchObject([{ guid: failed?.guid, redelivery: true, status_code: 202 }]);
    emulator.assertNoViolations();
  });

  test("is paged by cursor, newest first", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    for (const action of ["a", "b", "c"]) {
      emulator.sendEvent("installation", { action });
      await emulator.settled();
    }
    const jwt = await fixture.appJwt();
    const first = await callRest(emulator, "GET", "/app/hook/deliveries?per_page=2", jwt);
    expect(first.body).toMatchObject([{ action: "c" }, { action: "b" }]);
    const next = /<([^>]+)>; rel="next"/u.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    const second = await callRest(emulator, "GET", next.slice(emulator.url.length), jwt);
    expect(second.body).toMatchObject([{ action: "a" }]);
    expect(second.headers.get("link")).toBeNull();
    emulator.assertNoViolations();
  });

  test("can be repeated from a test, but not what it does not hold", async () => {
    await using fixture = await startFixture();
    await pushOnce(fixture);
    await fixture.emulator.redeliver(fixture.emulator.deliveries()[0]?.id ?? 0);
    expect(fixture.receiver.received).toHaveLength(2);
    await expect(fixture.emulator.redeliver(1)).rejects.toMatchObject({ code: "EMULATOR_NOT_FOUND" });
    const jwt = await fixture.appJwt();
    expect((await callRest(fixture.emulator, "GET", "/app/hook/deliveries/1", jwt)).status).toBe(404);
  });
});

test("a push of more than 5000 branches makes no event for any branch", () => {
  const branches = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ before: "0", after: "1", ref: `refs/heads/${index}` }));
  expect(updatesWithEvents(branches(mostBranchesWithEvents))).toHaveLength(5000);
  expect(updatesWithEvents(branches(5001))).toHaveLength(0);
  expect(updatesWithEvents([{ before: "0", after: "1", ref: "refs/notes/x" }])).toHaveLength(0);
});

async function pushOnce({ work, emulator }: GitHubFixture, message = "base"): Promise<void> {
  await work.commit(message);
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  await emulator.settled();
}
