import { describe, expect, it } from "vitest";
import { aforo, azotte, builtInProviders } from "@keywarden/key-format";
import { evaluate, policyFor, type KeyFacts } from "@keywarden/hygiene";
import { dayMs, madeAtMs, makeFacts } from "./key.ts";

function policyOf(id: string) {
  return policyFor(builtInProviders.find((provider) => provider.id === id) ?? aforo);
}

const judge = (changes: Partial<KeyFacts>, ageDays: number) =>
  evaluate([makeFacts(changes)], policyOf, madeAtMs + ageDays * dayMs);

describe("evaluate", () => {
  it("finds nothing wrong with a fresh key in use", () => {
    expect(judge({}, 0)).toEqual([]);
  });

  it("finds a rotation that is due, from its first millisecond on", () => {
    expect(judge({}, 76 - 1 / dayMs)).toEqual([]);
    expect(judge({}, 76)).toEqual([
      {
        rule: "rotation-due",
        keyId: "key_1",
        provider: "example",
        message: "rotate it soon: every 90 days, 14 days left",
        sinceMs: madeAtMs + 76 * dayMs,
      },
    ]);
  });

  it("finds one that is overdue, and the key dormant as well", () => {
    expect(judge({}, 91).map(({ rule, message }) => [rule, message])).toEqual([
      ["rotation-overdue", "rotate it: every 90 days, overdue for 1 day"],
      ["dormant", "revoke it: unused for 91 days"],
    ]);
  });

  it("finds a key that was never used", () => {
    const secretCreatedAtMs = madeAtMs + 90 * dayMs;
    expect(judge({ lastUsedAtMs: null, secretCreatedAtMs }, 90)).toMatchObject([
      {
        rule: "never-used",
        message: "revoke it: no use in 90 days of records",
        sinceMs: madeAtMs + 90 * dayMs,
      },
    ]);
  });

  it("finds nothing wrong with revoked and expired keys", () => {
    expect(judge({ revokedAtMs: madeAtMs }, 500)).toEqual([]);
    expect(judge({ expiresAtMs: madeAtMs }, 500)).toEqual([]);
  });

  it("judges each key by its own provider's policy, in the order of the keys", () => {
    const keys = [makeFacts({ id: "a", provider: azotte.id }), makeFacts({ id: "b", provider: "example" })];
    // 31 January to 30 April is 89 days, a day less than Example's 90.
    const found = evaluate(keys, policyOf, madeAtMs + 89 * dayMs);
    expect(found.map(({ keyId, rule }) => [keyId, rule])).toEqual([
      ["a", "rotation-overdue"],
      ["b", "rotation-due"],
    ]);
    expect(found[0]?.message).toBe("rotate it: quarterly, overdue for less than a day");
  });
});
