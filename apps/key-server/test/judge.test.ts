import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeCountry, judgeRefusals, judgeStrangers, judgeVolume } from "../src/monitoring/judge.ts";
import { truncateAddress } from "../src/monitoring/truncate-address.ts";

const steady = (length: number, count: number) => Array.from({ length }, () => count);

describe("volume", () => {
  test.each([
    ["a tenfold burst", steady(120, 20), 200, true],
    ["a first burst of a silent key", steady(120, 0), 60, true],
    ["a burst on a history that is too short", steady(119, 20), 2000, false],
    ["fewer than sixty requests", steady(120, 0), 59, false],
    ["five times the median", steady(120, 20), 100, false],
    [
      "what comes back every hour",
      [...steady(59, 0), 600, ...steady(59, 0), 600, ...steady(20, 0)],
      600,
      false,
    ],
    ["ten times what comes back every hour", [...steady(59, 0), 60, ...steady(59, 0), 60], 600, true],
    ["a burst after one that was news", [...steady(118, 20), 400, 20], 200, true],
  ])("%s", (_what, history, requests, isNews) => {
    expect(judgeVolume(history, requests) !== null).toBe(isNews);
  });

  test("is named with the numbers that it was judged by", () => {
    expect(judgeVolume(steady(150, 20), 400)).toEqual({
      code: "unusual-volume",
      severity: "warning",
      evidence:
        "400 requests in a minute; the median of the 150 minutes before is 20, the second highest of them 20",
    });
  });

  test("that is constant is never news", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 400 }), (count, minutes) => {
        expect(judgeVolume(steady(minutes, count), count)).toBeNull();
      }),
    );
  });

  test("that was reached twice before is never news, however it varies", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 120, maxLength: 180 }), fc.nat(), (history, less) => {
        const secondHighest = history.toSorted((left, right) => right - left)[1] ?? 0;
        expect(judgeVolume(history, secondHighest - (less % (secondHighest + 1)))).toBeNull();
      }),
    );
  });

  test("of ten times a level that varies by a fifth is always news", () => {
    const noisy = fc.integer({ min: 10, max: 10_000 }).chain((level) =>
      fc.record({
        level: fc.constant(level),
        history: fc.array(fc.integer({ min: Math.ceil(level * 0.8), max: Math.floor(level * 1.2) }), {
          minLength: 120,
          maxLength: 180,
        }),
      }),
    );
    fc.assert(
      fc.property(noisy, ({ level, history }) => {
        expect(judgeVolume(history, level * 10)).toMatchObject({ code: "unusual-volume" });
        expect(judgeVolume(history, level)).toBeNull();
      }),
    );
  });

  test("is judged the same in whatever order the minutes come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(500), { minLength: 120, maxLength: 180 }),
        fc.nat(5000),
        (history, requests) => {
          expect(judgeVolume(history.toReversed(), requests)).toEqual(judgeVolume(history, requests));
        },
      ),
    );
  });
});

describe("refusals", () => {
  test.each([
    [{ "permission-missing": 20 }, ["failed-attempts"]],
    [{ "permission-missing": 19 }, []],
    [{ "permission-missing": 10, "ip-not-allowed": 10 }, ["failed-attempts"]],
    [{ "key-revoked": 20 }, ["dead-key-in-use"]],
    [{ "key-revoked": 10, "grace-ended": 9 }, []],
    [{ "rate-limited": 10 }, ["limit-violations"]],
    [{ "rate-limited": 9 }, []],
    [
      { "rate-limited": 500, "key-expired": 30, "ip-not-allowed": 30 },
      ["dead-key-in-use", "failed-attempts", "limit-violations"],
    ],
  ])("%j are %j", (refused, codes) => {
    expect(judgeRefusals(new Map(Object.entries(refused))).map(({ code }) => code)).toEqual(codes);
  });

  test("are named with how many there were for each reason", () => {
    const [notice] = judgeRefusals(
      new Map([
        ["key-revoked", 25],
        ["grace-ended", 5],
      ]),
    );
    expect(notice).toEqual({
      code: "dead-key-in-use",
      severity: "high",
      evidence: "30 attempts in a minute with a key that has ended (grace-ended 5, key-revoked 25)",
    });
  });
});

describe("countries and strangers", () => {
  const known = (requests: number, ...countries: string[]) => ({ countries: new Set(countries), requests });

  test.each([
    [known(100, "DE"), "FR", true],
    [known(99, "DE"), "FR", false],
    [known(100, "DE", "FR"), "FR", false],
    [known(100), "FR", false],
  ])("%o and then %s", (before, country, isNews) => {
    expect(judgeCountry(before, country) !== null).toBe(isNews);
  });

  test("strangers are news from twenty attempts a minute on, without their address", () => {
    expect(judgeStrangers(19, "192.0.2.0/24")).toBeNull();
    expect(judgeStrangers(20, "192.0.2.0/24")?.evidence).toContain("from one address in 192.0.2.0/24");
  });

  test.each([
    ["192.0.2.77", "192.0.2.0/24"],
    ["::ffff:192.0.2.77", "192.0.2.0/24"],
    ["2001:db8:1:2:3::4", "2001:db8:1::/48"],
    ["2001:0DB8::1", "2001:db8:0::/48"],
    ["fe80::1%eth0", "fe80:0:0::/48"],
    ["?", "an unreadable address"],
  ])("%s is shown as %s", (address, network) => {
    expect(truncateAddress(address)).toBe(network);
  });
});
