import fc from "fast-check";
import { expect, test } from "vitest";
import { reasons } from "../src/decisions/decide.ts";
import { outcomeOf } from "../src/report/outcome-of.ts";
import { renderReport } from "../src/report/report.ts";
import type { ReportedKey } from "../src/report/report-input.ts";

// What a key in a public repository may be, apart from revoked and publishable: a decision of any state and reason.
const anyDecision = fc.record({
  state: fc.constantFrom("waiting", "revoke", "held", "would-revoke", "reported"),
  reason: fc.constantFrom(
    ...Object.keys(reasons).filter((one) => one !== "publishable" && one !== "revoked"),
  ),
  receivedAtMs: fc.nat(),
});
const anyKey = fc
  .record({
    decision: anyDecision,
    confidence: fc.constantFrom("high", "medium", "low"),
    provider: fc.constantFrom(null, "aforo", "azotte", "github"),
    providerName: fc.constantFrom(null, "Aforo", "Azotte"),
    environment: fc.constantFrom("production", "sandbox", "development"),
    path: fc.stringMatching(/^[a-z]{1,8}\.env$/u),
    line: fc.integer({ min: 1, max: 999 }),
  })
  .map(({ decision, confidence, provider, path, line, ...facts }): ReportedKey | null => {
    const outcome = outcomeOf({ confidence, provider }, decision, null, true, ["aforo"]);
    if (outcome === null) return null;
    const occurrences = [{ commit: "c", path, line, column: 1, seenAtMs: 0 }];
    return { ...facts, redacted: "sk_live_…s9t0", kind: "secret", outcome, occurrences };
  });

const revoked: ReportedKey = {
  providerName: "Aforo",
  redacted: "sk_live_…r3v0",
  kind: "secret",
  environment: "production",
  outcome: { is: "revoked", afterMs: 7 },
  occurrences: [{ commit: "c", path: "revoked.env", line: 1, column: 1, seenAtMs: 0 }],
};

/** Everything that a stranger can read of the check run. */
function published(
  keys: readonly (ReportedKey | null)[],
  earlier: readonly (ReportedKey | null)[],
  mode: "armed" | "dry-run",
): string {
  const told = (all: readonly (ReportedKey | null)[]) => all.filter((key) => key !== null);
  return JSON.stringify(
    renderReport({
      mode,
      isPublic: true,
      isFinal: true,
      keys: told(keys),
      earlier: earlier.length === 0 ? [] : [{ commit: "e", keys: told(earlier) }],
      scanned: {
        objects: 4,
        bytes: 100,
        lfsPointers: 0,
        submodules: [],
        archives: 0,
        tooLarge: 0,
        notScanned: [],
        leftOut: [],
        notLookedUp: 0,
        replacedGone: false,
        unread: [],
        hasUnusableConfig: false,
      },
      scanGivenUp: undefined,
    }),
  );
}

const mode = fc.constantFrom("armed", "dry-run");
const keys = fc.array(anyKey, { minLength: 1, maxLength: 4 });

test("in a public repository nothing tells a key that was not revoked from another one, nor from several", () => {
  fc.assert(
    fc.property(
      keys,
      keys,
      fc.array(anyKey, { maxLength: 2 }),
      mode,
      mode,
      (some, others, before, one, other) => {
        expect(published(some, before, one)).toBe(published(others, [], other));
      },
    ),
  );
});

test("in a public repository a revoked key is told of in the same words, whatever stands beside it", () => {
  fc.assert(
    fc.property(keys, keys, mode, (some, others, one) => {
      const text = published([revoked, ...some], [], one);
      expect(text).toBe(published([...others, revoked], [], one));
      expect(text).toContain("revoked.env");
      expect(text).not.toContain("s9t0");
    }),
  );
});
