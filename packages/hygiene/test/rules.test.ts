import { describe, expect, it } from "vitest";
import { aforo, builtInProviders } from "@keywarden/key-format";
import {
  auditPolicyFor,
  deploymentOf,
  listUnjudged,
  rules,
  severities,
  sourceOf,
  type RuleId,
} from "@keywarden/hygiene";
import { sentences } from "../src/sentences.ts";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

const ids = Object.keys(rules) as RuleId[];

describe("the rules", () => {
  it("stand with the worst first", () => {
    const order = ids.map((id) => severities.indexOf(rules[id].severity));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("quote only providers that are built in, and only known rules", () => {
    expect(Object.keys(sentences).toSorted()).toEqual(builtInProviders.map(({ id }) => id).toSorted());
    for (const own of Object.values(sentences)) for (const id of Object.keys(own)) expect(ids).toContain(id);
  });

  it("have a reason of their own where a document is silent", () => {
    expect(sourceOf("no-owner", "acme")).toEqual({ provider: null, sentence: rules["no-owner"].otherwise });
    expect(sourceOf("no-owner", null).provider).toBeNull();
    expect(sourceOf("no-owner", "constructor").provider).toBeNull();
    expect(sourceOf("dormant", "aforo")).toEqual({
      provider: "aforo",
      sentence: "Any key unused for 90+ days should be revoked.",
    });
  });
});

describe("what could not be judged", () => {
  const policyOf = () => auditPolicyFor(aforo);

  it("is told with the number of keys and the reason", () => {
    const keys = [
      makeFacts({ id: "a", trackingSinceMs: null, lastUsedAtMs: null }),
      makeFacts({ id: "b", owner: "ann", restrictions: [], services: ["web"], deployedIn: ["production"] }),
    ];
    const told = listUnjudged(keys, policyOf, madeAtMs + 100 * dayMs);
    expect(told.map(({ rules: [first], keys: count }) => [first, count])).toEqual([
      ["never-used", 1],
      ["owner-departed", 1],
      ["live-key-in-development", 1],
      ["several-services", 1],
      ["unrestricted", 1],
    ]);
    expect(told[0]?.reason).toBe("the uses of this key are not recorded");
  });

  it("leaves out young keys, which cannot be dormant, and dead ones", () => {
    const facts = { owner: null, restrictions: [], services: ["web"], deployedIn: ["production"] } as const;
    const young = makeFacts({ ...facts, lastUsedAtMs: null });
    expect(listUnjudged([young], policyOf, madeAtMs - 2 * dayMs)).toMatchObject([
      { rules: ["rotation-overdue"], keys: 1, reason: "they were made after the time of this audit" },
    ]);
    expect(listUnjudged([young], policyOf, madeAtMs + dayMs)).toEqual([]);
    const dead = makeFacts({ revokedAtMs: madeAtMs, lastUsedAtMs: null, trackingSinceMs: null });
    expect(listUnjudged([dead], policyOf, madeAtMs + 100 * dayMs)).toEqual([]);
  });
});

it.each([
  ["prod", "production"],
  [" Production ", "production"],
  ["DEV", "development"],
  ["ci", "ci"],
  ["e2e", "test"],
  ["preview", "staging"],
  ["blue", null],
  ["constructor", null],
  ["", null],
])("reads the place %j as %s", (word, expected) => {
  expect(deploymentOf(word)).toBe(expected);
});
