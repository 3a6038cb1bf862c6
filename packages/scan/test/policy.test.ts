import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultPolicy, inEveryEnvironment, judge, tightenPolicy } from "@keywarden/scan";
import type { PolicyAction, ScanPolicy } from "@keywarden/scan";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const action = fastCheck.constantFrom<PolicyAction>("block", "warn", "ignore");
const perEnvironment = fastCheck.record({ production: action, sandbox: action, development: action });
const policies: fastCheck.Arbitrary<ScanPolicy> = fastCheck.record({
  minConfidence: fastCheck.constantFrom("low", "medium", "high"),
  actions: fastCheck.record({
    secret: perEnvironment,
    restricted: perEnvironment,
    publishable: perEnvironment,
  }),
});

const text = [
  aforoKey(91),
  keyOf("sk_test_", 40, 92),
  keyOf("rk_prod_", 32, 93),
  keyOf("rk_sand_", 32, 94),
  keyOf("pk_live_", 32, 95),
  keyOf("sk_prod_", 10, 96),
].join("\n");
const matches = scanner.scanText(text);

describe("policy by kind and environment", () => {
  it("is what the product promises unless a repository says otherwise", () => {
    expect(defaultPolicy).toEqual({
      minConfidence: "medium",
      actions: {
        secret: { production: "block", sandbox: "block", development: "block" },
        restricted: { production: "block", sandbox: "block", development: "block" },
        publishable: { production: "ignore", sandbox: "ignore", development: "ignore" },
      },
    });
  });

  it("blocks, warns of or ignores each as it is told", () => {
    const policy: ScanPolicy = {
      minConfidence: "medium",
      actions: {
        secret: { production: "block", sandbox: "warn", development: "ignore" },
        restricted: { production: "warn", sandbox: "ignore", development: "block" },
        publishable: inEveryEnvironment("warn"),
      },
    };
    const { findings, ignored } = judge(matches, "a.env", policy);
    expect(findings.map(({ line, action: done }) => [line, done])).toEqual([
      [1, "block"],
      [2, "warn"],
      [3, "warn"],
      [5, "warn"],
    ]);
    expect(ignored).toEqual([
      { why: "policy", count: 1 },
      { why: "low-confidence", count: 1 },
    ]);
  });

  it("counts every match exactly once, whatever the policy", () => {
    fastCheck.assert(
      fastCheck.property(policies, (policy) => {
        const { findings, reported, ignored } = judge(matches, "a.env", policy);
        const left = ignored.reduce((sum, { count }) => sum + count, 0);
        expect([findings.length + left, reported.length]).toEqual([matches.length, findings.length]);
      }),
    );
  });
});

describe("a repository's policy under a server's", () => {
  const blocked = (policy: ScanPolicy) =>
    judge(matches, "a.env", policy).findings.filter((finding) => finding.action === "block").length;

  it("can make it stricter", () => {
    const own: ScanPolicy = {
      minConfidence: "low",
      actions: { ...defaultPolicy.actions, publishable: inEveryEnvironment("block") },
    };
    expect(tightenPolicy(defaultPolicy, own)).toEqual(own);
  });

  it("can take nothing away, however it is written", () => {
    fastCheck.assert(
      fastCheck.property(policies, policies, (server, repository) => {
        const both = tightenPolicy(server, repository);
        expect(blocked(both)).toBeGreaterThanOrEqual(blocked(server));
        expect(judge(matches, "a", both).findings.length).toBeGreaterThanOrEqual(
          judge(matches, "a", server).findings.length,
        );
        expect(tightenPolicy(repository, server)).toEqual(both);
        expect(tightenPolicy(both, server)).toEqual(both);
      }),
    );
  });
});
