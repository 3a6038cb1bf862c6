import { describe, expect, test } from "vitest";
import { findPolicyAction, policyRuleSchema } from "../src/policy-rule.ts";
import type { RuledSituation } from "../src/policy-rule.ts";

const situation: RuledSituation = {
  kind: "secret",
  environment: "production",
  provider: "aforo",
  visibility: "public",
  repository: "Acme/web-shop",
};
const rules = (...given: readonly unknown[]) => given.map((rule) => policyRuleSchema.parse(rule));

describe("a rule of the organisation", () => {
  test("without a condition fits everything, and the first that fits decides", () => {
    expect(findPolicyAction(rules({ action: "ask" }, { action: "ignore" }), situation)).toBe("ask");
    expect(findPolicyAction([], situation)).toBeNull();
  });

  test.each([
    [{ kind: ["restricted"] }, null],
    [{ kind: ["restricted", "secret"] }, "report"],
    [{ environment: ["sandbox"] }, null],
    [{ provider: ["aforo"] }, "report"],
    [{ visibility: ["private"] }, null],
    [{ visibility: ["public"], repository: ["acme/*"] }, "report"],
    [{ repository: ["acme/web-*"] }, "report"],
    [{ repository: ["acme/web"] }, null],
    [{ repository: ["*/web.shop"] }, null],
    [{ repository: ["other/*", "*/*"] }, "report"],
  ] as const)("%j fits as it says: %s", (condition, expected) => {
    expect(findPolicyAction(rules({ ...condition, action: "report" }), situation)).toBe(expected);
  });

  test("that asks for what is not known does not fit", () => {
    const unknown = { ...situation, visibility: null, repository: null, provider: null };
    const asking = [{ visibility: ["public"] }, { repository: ["*/*"] }, { provider: ["aforo"] }];
    for (const condition of asking)
      expect(findPolicyAction(rules({ ...condition, action: "ignore" }), unknown)).toBeNull();
  });

  test("for an environment does not fit a key of which nobody knows which it is for, and one for unknown does", () => {
    const unknown = { ...situation, environment: null };
    const known = ["production", "sandbox", "development"];
    expect(findPolicyAction(rules({ environment: known, action: "ignore" }), unknown)).toBeNull();
    expect(findPolicyAction(rules({ environment: ["unknown"], action: "ask" }), unknown)).toBe("ask");
    expect(findPolicyAction(rules({ environment: ["unknown"], action: "ask" }), situation)).toBeNull();
  });

  test.each([{ action: "shout" }, { action: "ask", repo: ["a/b"] }, { action: "ask", repository: ["acme"] }])(
    "%j is refused",
    (rule) => expect(policyRuleSchema.safeParse(rule).success).toBe(false),
  );

  test("matches names in any case", () => {
    expect(findPolicyAction(rules({ repository: ["ACME/WEB-*"], action: "ask" }), situation)).toBe("ask");
  });
});
