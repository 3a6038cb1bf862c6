import { Secret } from "@keywarden/key-format";
import { makeClock, type TestClock } from "@keywarden/testing";
import { makeRememberingVerifier, type VerifyRequest } from "@keywarden/verifier";
import { makeElapsedClock } from "../src/elapsed-clock.ts";
import { expect, onTestFinished, test, vi } from "vitest";

const stalenessMs = 2000;
const facts = {
  id: "key_1",
  provider: "example",
  name: "billing",
  kind: "secret",
  environment: "production",
  label: "live",
  owner: null,
  tags: [],
  permissions: null,
  endsInSeconds: null,
};
const denied = { valid: false, code: "key-revoked", key: facts, rateLimits: [] };
const answer = { status: 401, code: "INVALID_TOKEN", message: "no", headers: {} };

/** A key server of one key, whose feed answers when a test says so. */
function makeRig(key: object = {}, keepMs = 60_000, clock: TestClock | null = makeClock(0)) {
  let isLive = true;
  let asked = 0;
  let isSilent = false;
  let status = 200;
  const lost: unknown[] = [];
  let poll = Promise.withResolvers<object>();
  let polls = 0;
  const verifier = makeRememberingVerifier({
    baseUrl: "http://127.0.0.1:1",
    token: new Secret("kwt_test"),
    stalenessMs,
    keepMs,
    ...(clock !== null && { now: clock }),
    onFeedLost: (error) => lost.push(error),
    fetch: async (url) => {
      if (String(url instanceof Request ? url.url : url).includes("/v1/changes")) {
        polls += 1;
        const page = await poll.promise;
        poll = Promise.withResolvers();
        const body = { changes: [], keys: [], nextAfter: 1, hasMore: false, ...page };
        return Response.json(status === 200 ? body : {}, { status });
      }
      if (isSilent) throw new TypeError("away");
      asked += 1;
      return Response.json(
        isLive ? { valid: true, key: { ...facts, ...key }, rateLimits: [] } : { ...denied, answer },
      );
    },
  });
  onTestFinished(() => verifier[Symbol.dispose]());
  const answerFeed = (page: object = {}): void => poll.resolve(page);
  /** Answers the feed's question, and waits until the next one is asked. */
  const tell = async (page: object = {}) => {
    const before = polls;
    answerFeed(page);
    await expect.poll(() => polls).toBeGreaterThan(before);
  };
  const change = (keyId: string) => ({
    changes: [
      {
        sequence: 2,
        at: "2026-01-01T00:00:00.000Z",
        kind: "key",
        id: keyId,
        action: "key.revoked",
        actor: "ann",
        keyId,
        provider: "example",
      },
    ],
    nextAfter: 2,
  });
  return {
    clock: clock ?? makeClock(0),
    lost,
    verifier,
    answerFeed,
    tell,
    change,
    asked: () => asked,
    verify: async (request: Partial<VerifyRequest> = {}) =>
      (await verifier.verify({ sha256: "a".repeat(64), ip: "192.0.2.7", ...request })).ok,
    revoke: () => void (isLive = false),
    goAway: () => void (isSilent = true),
    failFeed: (code: number) => void (status = code),
  };
}

test("a key that was let in is judged here while the changes are known, and not before", async () => {
  const { verify, asked, tell } = makeRig();
  await verify();
  await verify();
  expect(asked()).toBe(2);
  await tell();
  expect([await verify(), await verify(), await verify()]).toEqual([true, true, true]);
  expect(asked()).toBe(3);
});

test("a change is felt when it is told, and what was asked about within a moment after it is not remembered", async () => {
  const { verify, asked, tell, change, revoke, clock } = makeRig();
  await tell();
  await verify();
  expect(await verify()).toBe(true);
  clock.advance(10);
  await tell(change("key_2"));
  expect(await verify()).toBe(true);
  expect(asked()).toBe(1);
  // A server that shares the database may let it in for a moment longer: that answer is used once.
  await tell(change("key_1"));
  expect(await verify()).toBe(true);
  revoke();
  expect(await verify()).toBe(false);
  expect(asked()).toBe(3);
});

test("nothing is judged here once the feed is older than the bound, and nobody is let in while nobody can be asked", async () => {
  const { verify, asked, tell, verifier, clock, goAway } = makeRig();
  await tell();
  await verify();
  clock.advance(stalenessMs);
  expect(await verify()).toBe(true);
  expect([asked(), verifier.isCurrent()]).toEqual([1, true]);
  clock.advance(1);
  expect(verifier.isCurrent()).toBe(false);
  expect(await verify()).toBe(true);
  expect(asked()).toBe(2);
  goAway();
  await expect(verify()).rejects.toMatchObject({ code: "MANAGEMENT_UNREACHABLE" });
  // The answer to a question proves what was so when it was sent, not when it came.
  await tell();
  expect(verifier.isCurrent()).toBe(false);
});

test("what ends by itself ends here too, and every key is asked about again after a while", async () => {
  const { verify, asked, tell, clock } = makeRig({ endsInSeconds: 1 });
  await tell();
  await verify();
  clock.advance(999);
  await verify();
  expect(asked()).toBe(1);
  clock.advance(1);
  await verify();
  expect(asked()).toBe(2);

  const other = makeRig({}, 1500);
  await other.tell();
  await other.verify();
  other.clock.advance(1499);
  await other.verify();
  expect(other.asked()).toBe(1);
  other.clock.advance(1);
  await other.verify();
  expect(other.asked()).toBe(2);
});

test.each([
  [
    "with a rate limit, which is counted in one place",
    { restrictions: { rateLimits: [{ requests: 5, windowSeconds: 60 }] } },
  ],
  ["of a provider that is not known here", { provider: "acme" }],
  ["of which an older server does not say when it ends", { endsInSeconds: undefined }],
])("a key %s is asked about each time", async (_, key) => {
  const { verify, asked, tell } = makeRig(key);
  await tell();
  await verify();
  await verify();
  expect(asked()).toBe(2);
});

test("what a remembered key may not do is the server's to refuse", async () => {
  const restrictions = { ipRanges: ["192.0.2.0/24"], tenant: "acme" };
  const { verify, asked, tell } = makeRig({ restrictions, permissions: ["read"] });
  await tell();
  const good = { tenant: "acme", permission: "read" };
  await verify(good);
  expect(await verify(good)).toBe(true);
  expect(asked()).toBe(1);
  await verify({ ...good, ip: "198.51.100.1" });
  await verify({ ...good, tenant: "other" });
  await verify({ permission: "read" });
  await verify({ ...good, permission: "write" });
  expect(asked()).toBe(5);
});

test("a restored backup makes everything unknown, and why the feed is lost is told", async () => {
  const { verify, asked, tell, answerFeed, verifier, failFeed, lost } = makeRig();
  await tell();
  await verify();
  failFeed(400);
  answerFeed();
  await expect.poll(() => lost).toHaveLength(1);
  expect(verifier.isCurrent()).toBe(false);
  await verify();
  expect(asked()).toBe(2);
});

test("what ended while the machine slept is not let in when it wakes", async () => {
  // As in a virtual machine that is paused: only the clock of day goes on.
  vi.useFakeTimers({ toFake: ["Date"], now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const { verify, asked, tell, verifier, revoke } = makeRig({ endsInSeconds: 30 }, 60_000, null);
  await tell();
  await verify();
  await verify();
  expect(asked()).toBe(1);
  vi.setSystemTime(30_000);
  revoke();
  expect(verifier.isCurrent()).toBe(false);
  expect(await verify()).toBe(false);
  // Nor once the feed answers again: the end of a key is not a change.
  await tell();
  await tell();
  expect(verifier.isCurrent()).toBe(true);
  expect(await verify()).toBe(false);
});

test("a clock of day that is set back keeps nothing for longer, and what is slept through later still counts", async () => {
  let monotonicMs = 0;
  let dayMs = 1_000_000;
  const elapsed = makeElapsedClock(
    () => monotonicMs,
    () => dayMs,
  );
  const after = (monotonic: number, day: number): number => {
    monotonicMs += monotonic;
    dayMs += day;
    return elapsed();
  };
  expect(after(10, -500_000)).toBe(10);
  // The two clocks differ by what they round, many times a second, which does not add up.
  for (let count = 0; count < 1000; count += 1) after(0.5, count % 2);
  expect(after(0, 0)).toBe(510);
  expect(Math.floor(after(1, 60_001))).toBe(60_511);
  expect(Math.floor(after(1, 1))).toBe(60_512);
});
