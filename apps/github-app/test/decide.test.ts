import { describe, expect, test } from "vitest";
import { decide, reasons } from "../src/decisions/decide.ts";
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
const decided = (change: Partial<Facts>): string => {
  const { state, reason } = decide({ ...live, ...change });
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

  test("that a person rejected stays until somebody else says so", () => {
    expect(decided({ approval: "rejected" })).toBe("reported: rejected");
    expect(decided({ approval: "rejected", provenance: "history" })).toBe("reported: in-history");
  });

  test("has a sentence for each of its reasons", () => {
    for (const sentence of Object.values(reasons)) expect(sentence).toMatch(/^[a-z].*[^.]$/u);
  });
});
