import { findDocs } from "../src/report/find-docs.ts";
import { outcomeOf } from "../src/report/outcome-of.ts";
import { describe, expect, test } from "vitest";

const notOurs = { state: "reported", reason: "not-ours", receivedAtMs: 0 } as const;
const outcome = (confidence: "high" | "medium" | "low", provider: string | null, isPublic = false) =>
  outcomeOf({ confidence, provider }, notOurs, null, isPublic, ["aforo"]);

describe("a key that no configured provider knows", () => {
  test("is a stranger's only where its provider was asked", () => {
    expect(outcome("high", "aforo")).toEqual({ is: "not-ours" });
    expect(outcome("high", null)).toEqual({ is: "not-ours" });
  });

  test("of a public provider says whose it is, how sure that is, and where to revoke it", () => {
    expect(outcome("high", "github")).toEqual({ is: "of-another", docs: findDocs("github") });
    expect(findDocs("github")).toMatch(/^https:/u);
    expect(outcome("medium", "github")?.is).toBe("perhaps-of-another");
    expect(outcome("high", "azotte")).toEqual({ is: "of-another", docs: null });
  });

  test("and that may be nothing at all is not mentioned, except where silence would tell", () => {
    expect(outcome("low", "github")).toBeNull();
    expect(outcome("low", "github", true)).toEqual({ is: "not-ours" });
  });
});
