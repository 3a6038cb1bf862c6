import { describe, expect, test } from "vitest";
import { decideExposure, isOpenToPeople, reasons } from "../src/decisions/decide.ts";
import type { Facts } from "../src/decisions/decide.ts";

const live: Facts = {
  ownership: "mine-active",
  kind: "secret",
  environment: "production",
  provenance: "came-after",
  mode: "armed",
  history: "report",
  hold: null,
  approval: null,
  isOwnToken: false,
  isRevoked: false,
};
const underWay = { state: "under-way", why: null, startedAtMs: 50 } as const;
const overdue = { ...underWay, state: "overdue", why: "full" } as const;
const decided = (change: Partial<Facts>): string => {
  const { state, reason } = decideExposure({ ...live, ...change });
  return `${state}: ${reason}`;
};

describe("a decision", () => {
  test.each([
    ["a live key that came after is to be revoked", {}, "revoke: live"],
    ["nothing is decided before its provider has answered", { ownership: null }, "waiting: not-asked"],
    [
      "a key that this App ended is that, whatever else is known",
      { isRevoked: true, ownership: null },
      "revoked: revoked",
    ],
    ["in dry-run it says what would be done", { mode: "dry-run" }, "would-revoke: dry-run"],
    ["history is reported", { provenance: "history" }, "reported: in-history"],
    ["what cannot be told from history is reported", { provenance: "unknown" }, "reported: of-unknown-age"],
    [
      "history is revoked where the config says so",
      { provenance: "history", history: "revoke" },
      "revoke: live",
    ],
    ["a key that stood in the way of too many is held", { hold: "breaker" }, "held: breaker"],
    ["the App's own token is held", { isOwnToken: true }, "held: own-token"],
    ["a key that ended is no news", { ownership: "mine-inactive", hold: "breaker" }, "reported: inactive"],
    ["a test key is reported", { environment: "sandbox" }, "reported: not-production"],
  ] as const)("%s", (_, change, expected) => {
    expect(decided(change)).toBe(expected);
  });

  test.each([
    ["history and what may be history", { provenance: "history" }, "revoke: live"],
    ["what may be history", { provenance: "unknown" }, "revoke: live"],
    ["nobody's key", { ownership: "not-ours" }, "reported: not-ours"],
    ["a test key", { environment: "sandbox" }, "reported: not-production"],
    ["the App's own token", { isOwnToken: true }, "held: own-token"],
    ["what the kill switch stopped since", { hold: "kill-switch" }, "held: kill-switch"],
    ["anything while the App is in dry-run", { mode: "dry-run" }, "would-revoke: dry-run"],
  ] as const)("with an approval, about %s", (_, change, expected) => {
    expect(decided({ ...change, approval: "approved" })).toBe(expected);
  });

  test.each([
    ["asks about a live key", { policyAction: "ask" }, "held: policy-asks"],
    ["asks in dry-run, too", { policyAction: "ask", mode: "dry-run" }, "held: policy-asks"],
    ["asks, and a person has said yes", { policyAction: "ask", approval: "approved" }, "revoke: live"],
    ["asks, and a person has said no", { policyAction: "ask", approval: "rejected" }, "reported: rejected"],
    ["reports a live key", { policyAction: "report" }, "reported: policy-reports"],
    ["reports, and a person has said yes", { policyAction: "report", approval: "approved" }, "revoke: live"],
    ["ignores a live key", { policyAction: "ignore" }, "reported: policy-ignores"],
    ["revokes a test key", { policyAction: "revoke", environment: "sandbox" }, "revoke: live"],
    [
      "revokes, and does not know history",
      { policyAction: "revoke", provenance: "history" },
      "reported: in-history",
    ],
    ["revokes nobody's key", { policyAction: "revoke", ownership: "not-ours" }, "reported: not-ours"],
    ["revokes a publishable key", { policyAction: "revoke", kind: "publishable" }, "reported: publishable"],
    ["revokes a protected key", { policyAction: "revoke", isProtected: true }, "held: protected"],
    [
      "revokes a protected key that a person approved",
      { isProtected: true, approval: "approved" },
      "revoke: live",
    ],
  ] as const)("by a policy that %s", (_, change, expected) => {
    expect(decided(change)).toBe(expected);
  });

  test.each([
    ["waits until its successor is begun", {}, "held: replacing"],
    ["waits while it is made", { replacement: underWay }, "held: replacing"],
    ["waits when it is stuck", { replacement: { ...underWay, why: "full" } }, "held: replacement-stuck"],
    ["goes on once it is delivered", { replacement: { ...underWay, state: "delivered" } }, "revoke: live"],
    ["waits for nothing beyond the deadline", { replacement: overdue }, "revoke: live"],
    [
      "waits beyond it where the config says so",
      { replacement: overdue, otherwise: "hold" },
      "held: not-replaced",
    ],
    [
      "does not wait for one that cannot be made",
      { replacement: { ...underWay, state: "impossible" } },
      "revoke: live",
    ],
    [
      "waits for no successor that a person says not to wait for",
      { replacement: underWay, approval: "approved", approvedAtMs: 60 },
      "revoke: live",
    ],
    [
      "waits when the approval came before, to a question of the policy",
      { replacement: underWay, approval: "approved", approvedAtMs: 40, isProtected: true },
      "held: replacing",
    ],
    ["replaces nothing in dry-run", { mode: "dry-run" }, "would-revoke: dry-run"],
    ["replaces no history", { provenance: "history" }, "reported: in-history"],
    ["is held by the kill switch first", { hold: "kill-switch" }, "held: kill-switch"],
    ["is not loosened by a repository", { leastAction: "ask", replacement: overdue }, "revoke: live"],
  ] as const)("of a key that is replaced first %s", (_, change, expected) => {
    expect(decided({ policyAction: "rotate-then-revoke", ...change })).toBe(expected);
  });

  test.each([
    ["reports a test key", { environment: "sandbox", leastAction: "report" }, "reported: not-production"],
    [
      "reports what the operator reports",
      { policyAction: "report", leastAction: "report" },
      "reported: policy-reports",
    ],
    [
      "reports what the operator ignores",
      { policyAction: "ignore", leastAction: "report" },
      "reported: policy-reports",
    ],
    [
      "asks where the operator ignores",
      { policyAction: "ignore", leastAction: "ask" },
      "held: repository-asks",
    ],
    [
      "asks where the operator reports",
      { policyAction: "report", leastAction: "ask" },
      "held: repository-asks",
    ],
    ["asks about a test key", { environment: "sandbox", leastAction: "ask" }, "held: repository-asks"],
    [
      "asks about a test key that a person approved",
      { environment: "sandbox", leastAction: "ask", approval: "approved" },
      "revoke: live",
    ],
    ["asks about what is to be revoked", { leastAction: "ask" }, "revoke: live"],
    ["asks where the operator revokes", { policyAction: "revoke", leastAction: "ask" }, "revoke: live"],
    ["reports where the operator asks", { policyAction: "ask", leastAction: "report" }, "held: policy-asks"],
    ["asks about nobody's key", { ownership: "not-ours", leastAction: "ask" }, "reported: not-ours"],
    ["asks about history", { provenance: "history", leastAction: "ask" }, "reported: in-history"],
  ] as const)("by a repository that %s", (_, change, expected) => {
    expect(decided(change)).toBe(expected);
  });

  const choices = {
    ownership: ["mine-active", "mine-in-grace", "mine-inactive", "not-ours", null],
    kind: ["secret", "restricted", "publishable"],
    environment: ["production", "sandbox", "development"],
    provenance: ["came-after", "history", "unknown"],
    mode: ["armed", "dry-run"],
    history: ["report", "revoke"],
    policyAction: ["revoke", "ask", "report", "ignore", null],
    isProtected: [true, false],
    hold: ["breaker", null],
    isOwnToken: [true, false],
    isRevoked: [true, false],
  } as const;
  const everySituation = Object.entries(choices).reduce<readonly Partial<Facts>[]>(
    (all, [name, values]) => all.flatMap((facts) => values.map((value) => ({ ...facts, [name]: value }))),
    [{}],
  );

  test("is never loosened by what a repository asks for, and nothing ends by it without a person", () => {
    const isTightened = (without: string, tightened: string): boolean =>
      tightened === without ||
      (without.startsWith("reported: ") && /^held: (?:repository-asks|protected)$/u.test(tightened)) ||
      (/^reported: (?:policy-ignores|policy-reports|not-production)$/u.test(without) &&
        /^reported: (?:policy-reports|in-history|of-unknown-age)$/u.test(tightened));
    const loosened = everySituation.flatMap((situation) =>
      (["report", "ask"] as const).flatMap((leastAction) => {
        const [without, tightened] = [decided(situation), decided({ ...situation, leastAction })];
        return isTightened(without, tightened) ? [] : [[situation, leastAction, without, tightened]];
      }),
    );
    expect(loosened).toEqual([]);
  });

  test("that a person rejected stays until somebody else says so", () => {
    expect(decided({ approval: "rejected" })).toBe("reported: rejected");
    expect(decided({ approval: "rejected", provenance: "history" })).toBe("reported: in-history");
  });

  test("has a sentence for each of its reasons", () => {
    for (const sentence of Object.values(reasons)) expect(sentence).toMatch(/^[a-z].*[^.]$/u);
  });
});

test.each([
  ["held", "breaker", true],
  ["held", "kill-switch", true],
  ["held", "policy-asks", true],
  ["held", "own-token", false],
  ["held", "refused", false],
  ["would-revoke", "dry-run", true],
  ["reported", "in-history", true],
  ["reported", "of-unknown-age", true],
  ["reported", "policy-reports", true],
  ["reported", "rejected", true],
  ["reported", "not-ours", false],
  ["revoke", "live", false],
  ["revoked", "revoked", false],
  ["waiting", "not-asked", false],
  // Of another state these reasons are none that a person can change.
  ["revoke", "in-history", false],
  ["revoked", "rejected", false],
] as const)("whether a person can change what is %s as %s: %s", (state, reason, isOpen) => {
  expect(isOpenToPeople({ state, reason })).toBe(isOpen);
});

test("each reason is a sentence of its own", () => {
  const sentences = Object.values(reasons);
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^\S.{10,}$/);
});
