import { describe, expect, test } from "vitest";
import type { Observation } from "../src/jobs/job-payloads.ts";
import { planPushRange } from "../src/jobs/push-range.ts";

const zeros = "0".repeat(40);
const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

const push = (change: Partial<Observation>): Observation => ({
  source: "push",
  delivery: "d",
  receivedAtMs: 0,
  installationId: 1,
  repository: { id: 1, owner: "acme", name: "shop", private: true },
  ref: "refs/heads/main",
  before: a,
  after: b,
  created: false,
  deleted: false,
  forced: false,
  pusher: "dev",
  ...change,
});
const plan = (change: Partial<Observation>, tips: readonly string[], hasEarlier = true) => {
  const range = planPushRange(push(change), tips);
  return range === null ? null : { ...range, range: range.range(hasEarlier) };
};

describe("the range of a push", () => {
  test("is what its tip reaches and the scanned tips do not", () => {
    expect(plan({}, [a])).toEqual({
      tip: b,
      earlier: null,
      range: { include: [b], exclude: [a] },
      supersedes: [a],
    });
  });

  test("holds the commits before it too when their own delivery was never seen", () => {
    expect(plan({}, [c])).toMatchObject({
      earlier: a,
      range: { include: [b, a], exclude: [c] },
    });
  });

  test("does without commits that are gone", () => {
    expect(plan({ forced: true }, [c], false)).toMatchObject({ range: { include: [b], exclude: [c] } });
  });

  test("is all of the history in a repository seen for the first time", () => {
    expect(plan({}, [])?.range).toEqual({ include: [b, a], exclude: [] });
  });

  test("is all of a new branch where nothing was scanned", () => {
    expect(plan({ before: zeros, created: true }, [])?.range).toEqual({ include: [b], exclude: [] });
  });

  test("of a deletion is what the branch held", () => {
    expect(plan({ after: zeros, deleted: true }, [c])).toMatchObject({
      tip: a,
      range: { include: [a], exclude: [c] },
    });
  });

  test("keeps the replaced tip of a force-push, which the new one does not reach", () => {
    expect(plan({ forced: true }, [a])?.supersedes).toEqual([]);
  });

  test("is nothing when the event names no object", () => {
    expect(plan({ before: zeros, after: zeros }, [])).toBeNull();
  });

  test("knows the zeros of SHA-256 repositories", () => {
    const wide = "d".repeat(64);
    expect(plan({ before: "0".repeat(64), after: wide, created: true }, [])).toMatchObject({
      tip: wide,
      earlier: null,
    });
  });
});
