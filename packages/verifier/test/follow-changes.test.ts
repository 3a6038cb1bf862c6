import { ManagementError } from "@keywarden/management";
import { makeClock } from "@keywarden/testing";
import { expect, onTestFinished, test } from "vitest";
import { followChanges } from "../src/remembering/follow-changes.ts";

type Page = Awaited<ReturnType<Parameters<typeof followChanges>[0]["client"]["changes"]>>;
type Query = Parameters<Parameters<typeof followChanges>[0]["client"]["changes"]>[0];

const change = (kind: "key" | "token", keyId: string) => ({
  sequence: 1,
  at: "2026-01-01T00:00:00.000Z",
  kind,
  id: keyId,
  action: `${kind}.revoked`,
  actor: "ann",
  keyId,
  provider: "example",
});

/** A follower, and the feed's answers in the hands of a test. */
function follow(stalenessMs = 2) {
  const clock = makeClock(0);
  const queries: Query[] = [];
  const changed: (string | null)[] = [];
  const lost: unknown[] = [];
  let next = Promise.withResolvers<Page>();
  const feed = followChanges({
    client: {
      changes: async (query) => {
        queries.push(query);
        return next.promise.finally(() => (next = Promise.withResolvers()));
      },
    },
    now: clock,
    stalenessMs,
    onChanged: (keyId) => changed.push(keyId),
    onLost: (error) => lost.push(error),
  });
  onTestFinished(() => feed.stop());
  const asked = async (act: () => void) => {
    const before = queries.length;
    act();
    await expect.poll(() => queries.length).toBeGreaterThan(before);
  };
  return {
    feed,
    clock,
    queries,
    changed,
    lost,
    tell: (page: Partial<Page>) =>
      asked(() => next.resolve({ changes: [], keys: [], nextAfter: 7, hasMore: false, ...page })),
    fail: (error: unknown) => asked(() => next.reject(error)),
    tellLast: async (page: Partial<Page>) => {
      next.resolve({ changes: [], keys: [], nextAfter: 7, hasMore: false, ...page });
      await expect.poll(() => changed).toHaveLength(1);
    },
  };
}

test("it asks where the feed stands, then waits half of the bound for what comes after", async () => {
  const { tell, queries } = follow(4000);
  await tell({ nextAfter: 41 });
  await tell({ nextAfter: 42, mark: "0123456789abcdef" });
  expect(queries).toEqual([
    {},
    { after: 41, wait: 2, limit: 1000 },
    // By the mark a server tells a restored backup that has grown past the position.
    { after: 42, mark: "0123456789abcdef", wait: 2, limit: 1000 },
  ]);
});

test("it tells each key that changed, and nothing of tokens", async () => {
  const { tell, changed } = follow();
  await tell({ changes: [change("key", "key_1"), change("token", "tok_1"), change("key", "key_2")] });
  expect(changed).toEqual(["key_1", "key_2"]);
});

test("while there are more changes than were told nothing is current", async () => {
  const { tell, feed } = follow();
  await tell({ hasMore: true });
  expect(feed.isCurrent()).toBe(false);
  await tell({ hasMore: false });
  expect(feed.isCurrent()).toBe(true);
});

test("a position that the server does not know makes everything unknown, and the feed begins anew", async () => {
  const { tell, fail, feed, changed, queries, lost } = follow();
  await tell({ nextAfter: 41 });
  const unknown = new ManagementError("MANAGEMENT_BAD_REQUEST", "after is ahead of the feed", {
    status: 400,
  });
  await fail(unknown);
  expect([changed, lost, feed.isCurrent()]).toEqual([[null], [unknown], false]);
  expect(queries.at(-1)).toEqual({});
});

test.each([
  ["refuses for another reason", new ManagementError("MANAGEMENT_UNAVAILABLE", "busy", { status: 503 })],
  ["cannot be reached", new TypeError("away")],
])("where the server %s, what is known holds until the bound is over", async (_, error) => {
  const { tell, fail, feed, changed, queries, clock } = follow();
  await tell({ nextAfter: 41 });
  await fail(error);
  expect([changed, feed.isCurrent()]).toEqual([[], true]);
  expect(queries.at(-1)).toMatchObject({ after: 41 });
  clock.advance(3);
  expect(feed.isCurrent()).toBe(false);
});

test("after its end nothing is current, whatever still comes in, and nobody is asked", async () => {
  const { tell, tellLast, feed, queries } = follow();
  await tell({});
  feed.stop();
  expect(feed.isCurrent()).toBe(false);
  const before = queries.length;
  await tellLast({ changes: [change("key", "key_1")] });
  expect([feed.isCurrent(), queries.length]).toEqual([false, before]);
});
