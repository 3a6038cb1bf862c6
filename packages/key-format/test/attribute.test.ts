import { describe, expect, it } from "vitest";
import type { ProviderProfile } from "@keywarden/key-format";
import { attribute, findLeader, namingLead } from "../src/attribute.ts";
import { checksumOf } from "../src/checksum.ts";
import { formatOf, managedProfileOf, profileOf } from "./own-profile.ts";

// 20 characters of base62 that no narrower alphabet has; 20 digits, which every alphabet has.
const wide = "q7Zt2LmX9bRw4KcV8nHs";
const digits = "73519620847261935084";
const ranged = { min: 12, max: 30 } as const;
const crc = { algorithm: "crc32-base62", length: 6, covers: "body" } as const;

const own = "only OWN is known to use own_";

describe("the evidence for a provider", () => {
  it.each([
    ["a length that it states", 90, "24 characters is the length that OWN states", { stated: true }, wide],
    ["another length", 10, "23 characters, OWN states 24", { stated: true }, wide.slice(1)],
    ["a longer one", 10, "25 characters, OWN states 24", { stated: true }, `${wide}x`],
    ["the length that is issued", 55, "24 characters is what Keywarden issues for OWN", {}, wide],
    ["an unstated length that is not met", 30, "23 characters is out of the range of OWN", {}, wide.slice(1)],
    [
      "the length that is issued, in a stated range",
      55,
      "24 characters is what Keywarden issues for OWN",
      { stated: true, length: ranged },
      wide,
    ],
    [
      "a length below its range",
      30,
      "15 characters is out of the range of OWN",
      { length: ranged },
      "q7Zt2LmX9bR",
    ],
    [
      "a length above its range",
      30,
      "35 characters is out of the range of OWN",
      { length: ranged },
      `${wide}${wide.slice(0, 11)}`,
    ],
    ["another length in its range", 50, undefined, { length: ranged }, wide.slice(1)],
    ["the least length of its range", 50, undefined, { length: ranged }, wide.slice(8)],
    ["the greatest length of its range", 50, undefined, { length: ranged }, `${wide}${wide.slice(0, 10)}`],
  ])("is weighed by %s: %i", (_, score, sentence, rule, body) => {
    const evidence = sentence === undefined ? [own] : [own, sentence];
    const providers = [managedProfileOf("own", formatOf(rule))];
    expect(attribute(`own_${body}`, { providers })).toEqual([{ provider: "own", score, evidence }]);
  });

  it("is no length that is issued where keys are only found", () => {
    const score = (provider: ProviderProfile) =>
      attribute(`own_${wide}`, { providers: [provider] }).map(({ score, evidence }) => [score, ...evidence]);
    expect(score(profileOf("own", formatOf()))).toEqual([[50, own]]);
    expect(score(managedProfileOf("own", formatOf()))[0]).toHaveLength(3);
  });

  it.each([
    ["right", 110, `${wide.slice(0, 14)}${checksumOf(wide.slice(0, 14))}`],
    ["not right", -10, `${wide.slice(0, 14)}000000`],
  ])("is weighed by a checksum that is %s", (word, score, body) => {
    const providers = [profileOf("own", formatOf({ length: ranged, issuedLength: 30, checksum: crc }))];
    expect(attribute(`own_${body}`, { providers })).toEqual([
      { provider: "own", score, evidence: [own, `the checksum of OWN is ${word}`] },
    ]);
  });

  it("names characters that its alphabet lacks, and asks for no narrower alphabet then", () => {
    const providers = [managedProfileOf("own", formatOf({ alphabet: "hex", length: ranged }))];
    expect(attribute(`own_${wide}`, { providers })).toEqual([
      {
        provider: "own",
        score: -5,
        evidence: [
          own,
          "24 characters is what Keywarden issues for OWN",
          "has characters that OWN's hex lacks",
        ],
      },
    ]);
  });

  it("may come from what stands near", () => {
    const hosts = [{ host: "api.own.test", purpose: "api", environment: null }] as const;
    const providers = [{ ...profileOf("own", formatOf({ length: ranged, issuedLength: 30 })), hosts }];
    expect(attribute(`own_${wide}`, { providers, hosts: ["api.own.test"] })).toEqual([
      { provider: "own", score: 85, evidence: [own, "api.own.test is nearby"] },
    ]);
  });
});

describe("providers that share a prefix", () => {
  const unissued = { length: ranged, issuedLength: 30 } as const;
  const hex = profileOf("hex", formatOf({ ...unissued, alphabet: "hex" }));
  const base36 = profileOf("base36", formatOf({ ...unissued, alphabet: "base36" }));
  const base62 = profileOf("base62", formatOf(unissued));

  it("are told how many there are besides", () => {
    const first = (...ids: readonly string[]) =>
      attribute(`own_${wide}`, { providers: ids.map((id) => profileOf(id, formatOf(unissued))) })[0]
        ?.evidence;
    expect(first("a", "b")).toEqual(["own_ is used by A and 1 other known provider"]);
    expect(first("a", "b", "c")).toEqual(["own_ is used by A and 2 other known providers"]);
  });

  it("are counted once, however many formats they have with it", () => {
    const twice = profileOf("own", formatOf(unissued), formatOf({ ...unissued, alphabet: "base58" }));
    expect(attribute(`own_${wide}`, { providers: [twice] })[0]).toMatchObject({ score: 50, evidence: [own] });
  });

  // log2(62 / 16) × 12 = 23.45, log2(36 / 16) × 12 = 14.04
  it.each([
    [
      digits.slice(0, 12),
      [
        ["hex", 10],
        ["base36", -4, "a base36 key of BASE36 is all hex once in 2^14"],
        ["base62", -13, "a base62 key of BASE62 is all hex once in 2^23"],
      ],
    ],
    // log2(62 / 36) × 12 = 9.41
    [
      "q7zt2lmx9brw",
      [
        ["base36", 10],
        ["base62", 1, "a base62 key of BASE62 is all base36 once in 2^9"],
        ["hex", -50, "has characters that HEX's hex lacks"],
      ],
    ],
  ] as const)("are told apart by the narrowest alphabet that holds the body: %s", (body, expected) => {
    for (const providers of [
      [hex, base36, base62],
      [base62, base36, hex],
    ]) {
      const ranked = attribute(`own_${body}`, { providers });
      expect(ranked.map(({ provider, score, evidence }) => [provider, score, ...evidence.slice(1)])).toEqual(
        expected,
      );
    }
  });

  it("lose no more than 60 by it, and are told the whole of it", () => {
    const wider = { length: { min: 12, max: 40 } } as const;
    const score = (size: number) => {
      const ranked = attribute(`own_${(digits + digits).slice(0, size)}`, {
        providers: [
          profileOf("wide", formatOf(wider)),
          profileOf("hex", formatOf({ ...wider, alphabet: "hex" })),
        ],
      });
      const { evidence = [], score = 0 } = ranked.find(({ provider }) => provider === "wide") ?? {};
      return [score, evidence.at(-1)];
    };
    expect(score(30)).toEqual([10 - 59, "a base62 key of WIDE is all hex once in 2^59"]);
    expect(score(40)).toEqual([10 - 60, "a base62 key of WIDE is all hex once in 2^78"]);
  });

  it("keep their order where nothing tells them apart", () => {
    const ids = ["c", "a", "b"];
    const providers = ids.map((id) => profileOf(id, formatOf(unissued)));
    expect(attribute(`own_${wide}`, { providers }).map(({ provider }) => provider)).toEqual(ids);
  });
});

describe("nobody", () => {
  const providers = [profileOf("own", formatOf())];

  it.each([
    ["has text without a known prefix", `any_${wide}`],
    ["has a prefix alone", "own_"],
  ])("%s", (_, text) => {
    expect(attribute(text, { providers })).toEqual([]);
  });
});

describe("the candidate that leads far enough to be named", () => {
  const candidate = (provider: string, score: number) => ({ provider, score, evidence: [] }) as never;
  const nameOf = (...scores: readonly number[]) =>
    findLeader(scores.map((score, index) => candidate(`p${index}`, score)))?.provider ?? null;

  it.each([
    ["nobody, of nobody", [], null],
    ["the only one, however unlikely", [-50], "p0"],
    ["the first, when it leads by as much as is asked for", [namingLead + 1, 1], "p0"],
    ["nobody, when it leads by less", [namingLead, 1], null],
    ["nobody, of two that are alike", [90, 90], null],
    ["the first, when only the third is close to the second", [90, 60, 59], "p0"],
  ] as const)("is %s", (_, scores, expected) => {
    expect(nameOf(...scores)).toBe(expected);
  });
});
