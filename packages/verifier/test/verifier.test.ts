import { clientAddress, makeAddressList, makeRateLimiter, publicAnswer } from "@keywarden/verifier";
import { makeClock } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesEndpoint, normalisePath } from "../src/endpoint.ts";
import { matchesReferrer } from "../src/referrer.ts";

describe("addresses", () => {
  test.each([
    ["10.255.0.1", true],
    ["::ffff:10.0.0.1", true],
    ["11.0.0.0", false],
    ["010.0.0.1", false],
    ["10.0.1", false],
    ["0x0a.0.0.1", false],
    ["167772161", false],
    ["", false],
    ["2001:db8:1::9", true],
    ["2001:db9::1", false],
    ["fe80::1%eth0", false],
  ])("%s in 10.0.0.0/8 or 2001:db8::/32: %s", (address, inside) => {
    expect(makeAddressList(["10.0.0.0/8", "2001:db8::/32"]).has(address)).toBe(inside);
  });

  test("are in a list that has them alone, and in none of another family", () => {
    const list = makeAddressList(["10.0.0.1", "2001:db8::1"]);
    const asked = ["10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2", "::ffff:10.0.0.1"];
    expect(asked.filter((one) => list.has(one))).toEqual(["10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"]);
  });

  test.each([
    "10.0.0/8",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/8.5",
    "10.0.0.0/ 8",
    "10.0.0.0/0x8",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "x/10.0.0.0/8",
    "::/129",
    "::/",
    "/8",
    "",
  ])("%j is an error, and no range that nobody or everybody is in", (text) => {
    expect(() => makeAddressList([text])).toThrow(RangeError);
    expect(() => makeAddressList(["0.0.0.0/0", text])).toThrow("is neither an IP address nor a range");
  });

  test.each(["0.0.0.0/0", "1.2.3.4/32", "::/0", "::1/128"])("%s is a range", (text) => {
    expect(makeAddressList([text]).has(text.split("/")[0] ?? "")).toBe(true);
  });

  test("an error about a long text quotes its start", () => {
    expect(() => makeAddressList(["x".repeat(500)])).toThrow(/^x{60} is neither/);
  });

  test.each([
    ["203.0.113.9", "1.2.3.4", "203.0.113.9"],
    ["10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"],
    ["10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["10.0.0.1", " 1.2.3.4:5678 ,10.0.0.2", "1.2.3.4"],
    ["10.0.0.1", "1.2.3.4, 10.0.0.2:443", "1.2.3.4"],
    ["10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
    ["10.0.0.1", "1.2.3.4, unknown ", "unknown"],
  ])("from %s, forwarded for %s, is %s", (peer, forwarded, client) => {
    expect(clientAddress(peer, forwarded, makeAddressList(["10.0.0.0/8"]))).toBe(client);
  });
});

describe("endpoints", () => {
  test.each([
    ["GET /v1/users/*", "GET", "/v1/users/1", true],
    ["GET /v1/users/*", "get", "/v1/users/1/", true],
    ["GET /v1/users/*", "HEAD", "/v1/users/1", false],
    ["* /v1/**", "DELETE", "/v1/a/b/c", true],
    ["* /v1/**", "GET", "/v1", false],
    ["* /v1/**", "GET", "/v1/../admin", false],
    ["* /v1/**", "GET", "/v1/%252e%252e/admin", false],
    ["* /v1/**", "GET", "/v1/a%00b", false],
    ["GET /v1/caf%C3%A9", "GET", "/v1/caf%c3%a9", true],
    ["GET /", "GET", "/", true],
    ["GET /", "GET", "/a", false],
    ["GET /v1", "GET", "/v1/users", false],
    ["GET /v1/*", "GET", "/v1", false],
    ["GET /v1/*/x", "GET", "/v1/a/x", true],
    ["GET /v1/*/x", "GET", "/v1/a/y", false],
    ["GET /v1/**/x", "GET", "/v1/a/y", false],
    ["GET /v1/**/x", "GET", "/v1/a/x", false],
    ["POST /v1", "GET", "/v1", false],
    ["GET", "GET", "/", false],
    ["GET v1", "GET", "/v1", false],
  ])("%s and %s %s: %s", (rule, method, path, matches) => {
    expect(matchesEndpoint([rule], method, path)).toBe(matches);
  });

  test.each([
    ["/", [""]],
    ["/v1/users/1", ["v1", "users", "1"]],
    ["/v1/users/?a=/b", ["v1", "users"]],
    ["/v1#/b", ["v1"]],
    ["/caf%C3%A9", ["caf\u00e9"]],
    // What is encoded is decoded once; a percent sign that begins nothing is itself.
    ["/a%25ag", ["a%ag"]],
    ["/a%2525b", null],
    ["xv1", null],
    ["", null],
    ["//", null],
    ["/v1//users", null],
    ["/v1/./users", null],
    ["/v1/../users", null],
    ["/v1/.../users", ["v1", "...", "users"]],
    ["/v1/%2e", null],
    ["/v1/a%2Fb", null],
    ["/v1/a%5cb", null],
    ["/v1/%zz", null],
    ["/v1/%", null],
  ])("%s has the segments %j", (path, segments) => {
    expect(normalisePath(path)).toEqual(segments);
  });

  test("what is normalised has no segment that means another place", () => {
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        for (const segment of normalisePath(path) ?? []) expect(segment).not.toMatch(/^\.\.?$|[/\\]/);
      }),
    );
  });

  test("no rule lets nothing through", () => {
    expect(matchesEndpoint([], "GET", "/")).toBe(false);
  });
});

test("referrers are compared as whole origins, never as parts of text", () => {
  const origins = ["https://ok.example"];
  expect(matchesReferrer(origins, "https://ok.example/a?b")).toBe(true);
  for (const other of [
    "https://ok.example.evil/",
    "https://evil/?https://ok.example",
    "https://ok.example:8443/",
    "ok.example",
    null,
  ])
    expect(matchesReferrer(origins, other)).toBe(false);
});

describe("rate limits", () => {
  test("take from all windows or from none", () => {
    const clock = makeClock();
    const limiter = makeRateLimiter(clock);
    const limits = [
      { requests: 2, windowSeconds: 1 },
      { requests: 3, windowSeconds: 60 },
    ];
    const take = () => limiter.take("key", limits).allowed;
    expect([take(), take(), take()]).toEqual([true, true, false]);
    clock.advance(1000);
    expect([take(), take()]).toEqual([true, false]);
    clock.advance(59_000);
    expect(take()).toBe(true);
  });

  test("never let more through than their number in any window, whatever the clock does", () => {
    const step = fc.record({ afterMs: fc.nat(3000), cost: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const clock = makeClock(0);
        const limiter = makeRateLimiter(clock);
        const taken: { atMs: number; cost: number }[] = [];
        const within = (ms: number) =>
          taken.filter(({ atMs }) => atMs > clock() - ms).reduce((sum, { cost }) => sum + cost, 0);
        for (const { afterMs, cost } of steps) {
          clock.advance(afterMs);
          const { allowed, states } = limiter.take("key", [{ requests: 10, windowSeconds: 5 }], cost);
          // What was taken counts for a fiftieth of the window longer at most.
          const [fits, isFull] = [within(5000) + cost <= 10, within(5100) + cost > 10];
          expect(allowed ? fits : isFull).toBe(true);
          if (allowed) taken.push({ atMs: clock(), cost });
          expect(states[0]?.remaining).toBeLessThanOrEqual(10 - within(5000));
        }
      }),
    );
  });
});

test("no refusal tells a sender which check it failed", () => {
  const say = (code: Parameters<typeof publicAnswer>[0]["code"]) =>
    JSON.stringify(publicAnswer({ code, rateLimits: [] }));
  expect(say("key-revoked")).toBe(say("unknown-key"));
  expect(say("ip-not-allowed")).toBe(say("referrer-not-allowed"));
});
