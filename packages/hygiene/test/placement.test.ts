import { describe, expect, it } from "vitest";
import { aero2, aforo, auroraSolar } from "@keywarden/key-format";
import type { AuditedKey, RuleId } from "@keywarden/hygiene";
import { evaluateAt, rulesOf } from "./judge.ts";
import { madeAtMs, makeFacts } from "./key.ts";

describe("where a key is kept", () => {
  it.each<[string, Partial<AuditedKey>, readonly RuleId[]]>([
    ["a live key in CI", { deployedIn: ["ci"] }, ["live-key-in-development"]],
    ["a live key on a laptop", { deployedIn: ["development"] }, ["live-key-in-development"]],
    ["a live key in production", { deployedIn: ["production"] }, []],
    ["a test key in CI", { environment: "sandbox", deployedIn: ["ci"] }, []],
    [
      "a test key in production",
      { environment: "sandbox", deployedIn: ["production"] },
      ["test-key-in-production"],
    ],
    [
      "a development key in production",
      { environment: "development", deployedIn: ["production"] },
      ["test-key-in-production"],
    ],
    [
      "a live key in production and CI",
      { deployedIn: ["production", "ci"] },
      ["live-key-in-development", "several-environments"],
    ],
    [
      "a test key in test and CI",
      { environment: "sandbox", deployedIn: ["test", "ci"] },
      ["several-environments"],
    ],
    ["a live key of a provider without test keys", { provider: aero2.id, deployedIn: ["ci"] }, []],
    ["a key of two services", { services: ["web", "billing"] }, ["several-services"]],
    ["a key of one service", { services: ["web", "web"] }, []],
    ["a key that may do everything", { restrictions: [] }, ["unrestricted"]],
    ["a key that is bound to addresses", { restrictions: ["ipRanges"] }, []],
    ["a test key that may do everything", { environment: "sandbox", restrictions: [] }, []],
    ["a publishable key that may do everything", { kind: "publishable", restrictions: [] }, []],
    ["a key whose restrictions nobody tells", {}, []],
    ["a key without an owner", { owner: null }, ["no-owner"]],
    ["a key whose owner is blank", { owner: "  " }, ["no-owner"]],
    ["a key whose owner nobody tells", {}, []],
  ])("%s", (_, changes, expected) => {
    expect(rulesOf(changes)).toEqual(expected);
  });

  it.each<[Partial<AuditedKey>, string]>([
    [
      { deployedIn: ["ci"], tags: ["team:x", "environment=pipeline"] },
      "keys edit --untag environment=pipeline a",
    ],
    [
      { deployedIn: ["production", "development", "ci"], tags: ["env:prod", "env:dev", "env:ci"] },
      "keys edit --untag env:dev --untag env:ci a",
    ],
    [{ services: ["web", "it's"], tags: ["service:web", "app:it's"] }, "keys edit --untag service:web a"],
    [
      { environment: "sandbox", deployedIn: ["production"], tags: ["env:live"] },
      "keys edit --untag env:live a",
    ],
    [{ deployedIn: ["ci"] }, "rotate a"],
  ])("tells to put right what the tags say, since a successor has the same: %o", (changes, next) => {
    const found = evaluateAt([makeFacts({ id: "a", ...changes })], madeAtMs);
    expect(new Set(found.map((finding) => finding.next))).toEqual(new Set([`keywarden ${next}`]));
  });

  it("never tells to rotate a test key in production, since what comes of it is a test key again", () => {
    const [found] = evaluateAt(
      [makeFacts({ id: "a", environment: "sandbox", deployedIn: ["production"] })],
      madeAtMs,
    );
    expect([found?.rule, found?.next]).toEqual([
      "test-key-in-production",
      "keywarden accept test-key-in-production a",
    ]);
  });

  it("sees one value under two ids, by the fingerprint alone", () => {
    const fingerprint = "ab".repeat(32);
    const keys = [
      makeFacts({ id: "a", fingerprint, services: ["web"], deployedIn: ["production"] }),
      makeFacts({ id: "b", fingerprint, services: ["billing"], deployedIn: ["production"] }),
      makeFacts({ id: "c", services: ["billing"] }),
    ];
    const found = evaluateAt(keys, madeAtMs);
    expect(found.map(({ keyId, rule }) => [keyId, rule])).toEqual([
      ["a", "several-services"],
      ["b", "several-services"],
    ]);
    expect(found[0]?.message).toBe(
      "give each service its own key: billing, web share it (the same value as b)",
    );
  });

  it("counts one standard key for each tenant and environment, where a provider allows one", () => {
    const aurora = (changes: Partial<AuditedKey>) => makeFacts({ provider: auroraSolar.id, ...changes });
    const keys = [
      aurora({ id: "a", tenant: "t1" }),
      aurora({ id: "b", tenant: "t1" }),
      aurora({ id: "c", tenant: "t2" }),
      aurora({ id: "d", tenant: "t1", environment: "sandbox" }),
      aurora({ id: "e", tenant: "t1", kind: "restricted" }),
      aurora({ id: "f", tenant: "t1", revokedAtMs: madeAtMs }),
      makeFacts({ id: "g", provider: aforo.id, tenant: "t1" }),
      makeFacts({ id: "h", provider: aforo.id, tenant: "t1" }),
    ];
    const found = evaluateAt(keys, madeAtMs + 1);
    expect(found.map(({ keyId, rule }) => [keyId, rule])).toEqual([
      ["a", "several-standard-keys"],
      ["b", "several-standard-keys"],
    ]);
    expect(found[0]?.source.sentence).toBe("A tenant may only have one standard key.");
  });

  it("leaves the standard key that was used last, whoever follows the findings of all", () => {
    const aurora = (changes: Partial<AuditedKey>) =>
      makeFacts({ provider: auroraSolar.id, lastUsedAtMs: null, ...changes });
    const [idle, used, newer] = [
      aurora({ id: "idle" }),
      aurora({ id: "used", lastUsedAtMs: madeAtMs }),
      aurora({ id: "newer", createdAtMs: madeAtMs + 1 }),
    ];
    for (const keys of [
      [idle, used, newer],
      [newer, idle, used],
    ])
      expect(new Set(evaluateAt(keys, madeAtMs + 1).map(({ next }) => next))).toEqual(
        new Set(["keywarden revoke idle", "keywarden revoke newer"]),
      );
  });
});
