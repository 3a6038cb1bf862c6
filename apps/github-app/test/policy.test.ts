import { describe, expect, test } from "vitest";
import { askingOrder } from "../src/jobs/confirm.ts";
import { findRule, policy } from "../src/policy.ts";
import type { Situation } from "../src/policy.ts";

const ownerships = ["mine-active", "mine-in-grace", "mine-inactive", "not-ours"] as const;
const kinds = ["secret", "restricted", "publishable"] as const;
const environments = ["production", "sandbox", "development", null] as const;
const provenances = ["came-after", "history", "unknown"] as const;
const situations: readonly Situation[] = ownerships.flatMap((ownership) =>
  kinds.flatMap((kind) =>
    environments.flatMap((environment) =>
      provenances.map((provenance) => ({ ownership, kind, environment, provenance })),
    ),
  ),
);

describe("the policy", () => {
  test("revokes exactly the live secret and restricted keys of our own that a push brought", () => {
    const revoked = situations.filter((situation) => findRule(situation).action === "revoke");
    expect(revoked).toEqual([
      { ownership: "mine-active", kind: "secret", environment: "production", provenance: "came-after" },
      { ownership: "mine-active", kind: "restricted", environment: "production", provenance: "came-after" },
    ]);
  });

  test("leaves publishable keys alone, whosever they are", () => {
    const publishable = situations.filter(({ kind }) => kind === "publishable");
    expect(new Set(publishable.map((situation) => findRule(situation).action))).toEqual(new Set(["ignore"]));
  });

  test("reports everything else: what has ended, is replaced, is not ours, is history or not in production", () => {
    const rest = situations.filter(
      (situation) => situation.kind !== "publishable" && findRule(situation).action !== "revoke",
    );
    expect(rest).toHaveLength(4 * 2 * 4 * 3 - 2);
    expect(new Set(rest.map((situation) => findRule(situation).action))).toEqual(new Set(["report"]));
  });

  test("says of a live key whose environment nobody knows just that", () => {
    const told = situations.filter((situation) => findRule(situation).reason === "of-unknown-environment");
    const meant = situations.filter(
      ({ ownership, kind, environment }) =>
        ownership === "mine-active" && kind !== "publishable" && environment === null,
    );
    expect(told).toEqual(meant);
  });

  test("has a rule for every situation, and every rule is some situation's first", () => {
    const used = new Set(situations.map((situation) => findRule(situation).reason));
    expect(used).toEqual(new Set(policy.map(({ reason }) => reason)));
  });
});

describe("the order in which providers are asked", () => {
  const key = {
    fingerprint: "f".repeat(64),
    redacted: "sk_live_…",
    kind: "secret",
    environment: "production",
    label: "live",
    confidence: "high",
    candidates: ["azotte", "aforo"],
  } as const;

  test("starts with the provider that the text points to, and has only those that issue such keys", () => {
    const order = askingOrder({ ...key, candidates: [...key.candidates], provider: "aforo" }, ["example"]);
    expect(order).toEqual(["aforo", "azotte"]);
  });

  test("ends with every other configured provider when nothing points anywhere", () => {
    const order = askingOrder({ ...key, candidates: [...key.candidates], provider: null }, [
      "example",
      "aforo",
    ]);
    expect(order).toEqual(["azotte", "aforo", "example"]);
  });
});
