import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AssessedCandidate, chooseReading } from "../src/match/choose-reading.ts";

interface Kind {
  readonly encoding?: "plain" | "joined-strings" | "base64";
  readonly isGuess?: boolean;
  readonly isFallback?: boolean;
  readonly isSettled?: boolean;
  readonly verdict?: "key" | "placeholder" | "published-example";
  readonly confidence?: "high" | "medium" | "low";
  readonly fingerprint?: string;
}

// Only what the choice looks at; a reading as a decoder gives it holds bytes and a prefix besides.
function reading(kind: Kind): AssessedCandidate & { readonly kind: Kind } {
  const { encoding = "plain", isGuess, isFallback, ...assessment } = kind;
  return {
    kind,
    candidate: { reading: { encoding, isGuess, isFallback } },
    assessment: { isSettled: false, verdict: "key", confidence: "medium", fingerprint: "a", ...assessment },
  } as unknown as AssessedCandidate & { readonly kind: Kind };
}

/** The index of the reading that is chosen. */
function choose(...kinds: readonly Kind[]): number {
  const readings = kinds.map(reading);
  const chosen = chooseReading(readings);
  return readings.findIndex((one) => one === chosen);
}

const plain = { fingerprint: "plain" } as const;
const joined = { fingerprint: "joined", encoding: "joined-strings" } as const;

describe("of two readings of one place", () => {
  it.each<{ why: string; kinds: readonly [Kind, Kind]; chosen: 0 | 1 }>([
    { why: "one whose end is settled wins", kinds: [plain, { ...joined, isSettled: true }], chosen: 1 },
    {
      why: "one whose end is settled wins over strings that are joined",
      kinds: [joined, { ...plain, isSettled: true }],
      chosen: 1,
    },
    { why: "strings that an operator joins win over the first of them", kinds: [plain, joined], chosen: 1 },
    {
      why: "strings that merely stand beside each other do not",
      kinds: [plain, { ...joined, isGuess: true }],
      chosen: 0,
    },
    {
      why: "joined strings that are a placeholder do not",
      kinds: [plain, { ...joined, verdict: "placeholder" }],
      chosen: 0,
    },
    {
      why: "another encoding is not preferred for being one",
      kinds: [plain, { fingerprint: "b", encoding: "base64" }],
      chosen: 0,
    },
    {
      why: "a key wins over a placeholder",
      kinds: [
        { ...plain, verdict: "placeholder", confidence: "high" },
        { fingerprint: "b", confidence: "low" },
      ],
      chosen: 1,
    },
    {
      why: "among what is no key, the one that is not doubtful wins",
      kinds: [
        { ...plain, verdict: "placeholder", confidence: "low" },
        { fingerprint: "b", verdict: "published-example", confidence: "medium" },
      ],
      chosen: 1,
    },
    {
      why: "among what is doubtful alike, the plainer one wins",
      kinds: [
        { ...plain, verdict: "placeholder", confidence: "low" },
        { fingerprint: "b", verdict: "placeholder", confidence: "low" },
      ],
      chosen: 0,
    },
    {
      why: "the plainest that shows the same key names it",
      kinds: [plain, { ...joined, fingerprint: "plain" }],
      chosen: 0,
    },
    {
      why: "a fallback is passed over where a whole reading is a key",
      kinds: [{ ...plain, isFallback: true, isSettled: true }, { fingerprint: "b" }],
      chosen: 1,
    },
    {
      why: "a fallback is taken where no whole reading is a key",
      kinds: [
        { fingerprint: "b", verdict: "placeholder" },
        { ...plain, isFallback: true },
      ],
      chosen: 1,
    },
  ])("$why", ({ kinds, chosen }) => {
    expect(choose(...kinds)).toBe(chosen);
  });
});

const anyReading: fc.Arbitrary<Kind> = fc.record({
  encoding: fc.constantFrom("plain", "joined-strings", "base64"),
  isGuess: fc.boolean(),
  isFallback: fc.boolean(),
  isSettled: fc.boolean(),
  verdict: fc.constantFrom("key", "placeholder", "published-example"),
  confidence: fc.constantFrom("high", "medium", "low"),
  fingerprint: fc.constantFrom("a", "b", "c"),
});

describe("of any readings", () => {
  it("none is chosen where there is none", () => {
    expect(chooseReading([])).toBeNull();
  });

  it("one is chosen that shows a key, if any does, and never a guess before what is joined or settled", () => {
    fc.assert(
      fc.property(fc.array(anyReading, { minLength: 1, maxLength: 6 }), (kinds) => {
        const chosen = kinds[choose(...kinds)];
        expect(chosen).toBeDefined();
        const whole = kinds.filter(({ isFallback, verdict }) => isFallback !== true && verdict === "key");
        const settled = kinds.some(({ isSettled }) => isSettled);
        // Whatever is named, the key that it shows is one that some reading of a key shows.
        const shown = kinds.filter(({ fingerprint }) => fingerprint === chosen?.fingerprint);
        expect(settled || whole.length === 0 || shown.some(({ verdict }) => verdict === "key")).toBe(true);
      }),
    );
  });
});
