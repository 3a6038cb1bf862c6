import { matchesEndpoint } from "@keywarden/verifier";
import { expect, it } from "vitest";
import {
  readRestriction,
  refusedLately,
  restrictionParts,
  writeRestriction,
  type CountedUse,
} from "../src/restrictions/index.ts";

const from = "2026-08-22T00:00:00.000Z";
const features = (
  counts: Readonly<Record<string, readonly [requests: number, denied: number]>>,
): CountedUse => ({
  features: {
    from,
    countedSince: from,
    features: Object.entries(counts).map(([name, [requests, denied]]) => ({ name, requests, denied })),
  },
  minutes: null,
});
const minutes = (...counts: readonly number[]): CountedUse => ({
  features: null,
  minutes: {
    from,
    countedSince: "2026-11-20T11:00:00.000Z",
    buckets: counts.map((requests) => ({ start: from, requests, denied: 0 })),
  },
});
const unread: CountedUse = { features: null, minutes: null };
const said = (changes: Parameters<typeof refusedLately>[0], use: CountedUse) =>
  refusedLately(changes, use, matchesEndpoint).map(({ text, tone }) => `${tone}: ${text}`);

it("tells which calls that were let in would have been refused, and which it cannot tell apart", () => {
  const use = features({
    "GET /v1/users": [7, 0],
    "GET /v1/users/{id}": [3, 0],
    "POST /v1/users": [2, 1],
    "DELETE /v1/users/{id}": [9, 9],
    other: [4, 0],
  });
  expect(said({ endpoints: ["GET /v1/users"] }, use)).toEqual([
    "danger: GET /v1/users/{id} (3 times), POST /v1/users (1 time): would have been refused since 2026-08-22 00:00:00 UTC",
    "warning: other (4 times): cannot be told, some of it may be refused, since 2026-08-22 00:00:00 UTC",
  ]);
  // A rule for one id may be for the very one that was asked for.
  expect(said({ endpoints: ["* /v1/users", "GET /v1/users/42"] }, use)[0]).toMatch(
    /^warning: other .*GET \/v1\/users\/\{id\} \(3 times\): cannot be told/,
  );
  const rest = { "GET /v1/users": [7, 0] as const, "GET /v1/users/{id}": [3, 0] as const };
  expect(said({ endpoints: ["GET /v1/**"] }, features(rest))).toEqual([
    "plain: All that it was let in for since 2026-08-22 00:00:00 UTC stays allowed.",
  ]);
});

it("takes nothing for harmless that nobody counted", () => {
  expect(said({ endpoints: ["GET /v1/users"] }, features({}))).toEqual([
    "warning: No call that was let in was counted since 2026-08-22 00:00:00 UTC: what it is needed for is unknown.",
  ]);
  for (const changes of [
    { endpoints: ["GET /v1/users"] },
    { rateLimits: [{ requests: 1, windowSeconds: 60 }] },
  ])
    expect(said(changes, unread)[0]).toMatch(/^warning: How it was used could not be read.*is unknown\.$/);
  for (const changes of [
    { ipRanges: ["10.0.0.0/8"] },
    { referrers: ["https://app.example.com"] },
    { tenant: "acme" },
    { product: "metering" },
    { projectTags: ["roof"] },
  ])
    expect(said(changes, unread)[0]).toMatch(/^warning: .* is not counted: /);
  // What is lifted refuses nothing.
  expect(said({ endpoints: null, ipRanges: null }, unread)).toEqual([]);
});

it.each([
  // Ten in one minute are at least five in one of its halves, and at most twenty in any.
  [{ requests: 4, windowSeconds: 30 }, /^danger: More than 4 in 30 s .* 2026-11-20 11:00:00 UTC: .* 5 times/],
  [{ requests: 5, windowSeconds: 30 }, /^warning: Whether 5 in 30 s/],
  [{ requests: 16, windowSeconds: 30 }, /^plain: /],
  [{ requests: 9, windowSeconds: 60 }, /^danger: .* 10 times/],
  [{ requests: 10, windowSeconds: 60 }, /^warning: /],
  [{ requests: 15, windowSeconds: 120 }, /^danger: .* 16 times/],
  [{ requests: 16, windowSeconds: 120 }, /^warning: .* 17 times/],
  [{ requests: 17, windowSeconds: 120 }, /^plain: /],
])("knows of a rate limit only what counts by the minute prove: %o", (limit, says) => {
  expect(said({ rateLimits: [limit] }, minutes(0, 1, 6, 10, 0, 0))).toEqual([expect.stringMatching(says)]);
});

it("reads restrictions as they are written, and leaves what it does not understand to the schema", () => {
  const bound = {
    ipRanges: ["10.0.0.0/8", "203.0.113.7"],
    rateLimits: [{ requests: 600, windowSeconds: 60 }],
    tenant: "acme",
  };
  for (const [name, value] of Object.entries(bound)) {
    const text = writeRestriction(bound, name as keyof typeof bound);
    expect(readRestriction(name as keyof typeof bound, text)).toEqual(value);
  }
  expect(readRestriction("endpoints", " , ")).toBeNull();
  expect(readRestriction("rateLimits", "100/2h, many")).toEqual([
    { requests: 100, windowSeconds: 7200 },
    "many",
  ]);
  expect(restrictionParts({ ipRanges: null }, "ipRanges")).toEqual([]);
});
