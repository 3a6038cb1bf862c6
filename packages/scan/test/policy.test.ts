import type { Environment, KeyKind } from "@keywarden/key-format";
import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import type { Confidence, Match, MatchVerdict } from "../src/match/match.ts";
import {
  defaultPolicy,
  inEveryEnvironment,
  judgeMatches,
  type PolicyAction,
  type ScanPolicy,
} from "../src/policy/policy.ts";
import { tightenPolicy } from "../src/policy/tighten-policy.ts";
import { matchOf } from "./match.ts";

const kinds: readonly KeyKind[] = ["secret", "restricted", "publishable"];
const environments: readonly Environment[] = ["production", "sandbox", "development"];
// From the weakest to the strictest, and from the least to the most sure.
const actions: readonly PolicyAction[] = ["ignore", "warn", "block"];
const confidences: readonly Confidence[] = ["low", "medium", "high"];
const verdicts: readonly MatchVerdict[] = ["key", "malformed", "placeholder", "published-example"];

const policies: fastCheck.Arbitrary<ScanPolicy> = fastCheck
  .record({
    minConfidence: fastCheck.constantFrom(...confidences),
    of: fastCheck.array(fastCheck.constantFrom(...actions), { minLength: 9, maxLength: 9 }),
  })
  .map(({ minConfidence, of }) => {
    const perEnvironment = (kind: number) => ({
      production: of[kind] ?? "block",
      sandbox: of[kind + 1] ?? "block",
      development: of[kind + 2] ?? "block",
    });
    return {
      minConfidence,
      actions: {
        secret: perEnvironment(0),
        restricted: perEnvironment(3),
        publishable: perEnvironment(6),
      },
    };
  });

/** A match of every kind, environment, verdict and confidence, each on a line of its own. */
const matches: readonly Match[] = kinds
  .flatMap((kind) => environments.map((environment) => ({ kind, environment })))
  .flatMap((one) => verdicts.map((verdict) => ({ ...one, verdict })))
  .flatMap((one) => confidences.map((confidence) => ({ ...one, confidence })))
  .map((one, index) => matchOf({ ...one, line: index + 1 }));

/** What is done about one match. */
function done(match: Match, policy: ScanPolicy): string {
  const { findings, ignored } = judgeMatches([match], "a.env", policy);
  expect(findings.length + ignored.length).toBe(1);
  return findings[0]?.action ?? ignored[0]?.why ?? "";
}

describe("policy by kind and environment", () => {
  it("warns of what does not say whether it still opens anything, and never stops a commit for it", () => {
    const undecided = matchOf({ kind: "secret", confidence: "low", isUndecided: true });
    expect(done(undecided, defaultPolicy)).toBe("warn");
    expect(done(undecided, { ...defaultPolicy, minConfidence: "low" })).toBe("block");
    expect(done(undecided, { ...defaultPolicy, minConfidence: "high" })).toBe("low-confidence");
    const ignored = { ...defaultPolicy.actions, secret: inEveryEnvironment("ignore") };
    expect(done(undecided, { ...defaultPolicy, actions: ignored })).toBe("policy");
  });

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
        publishable: { production: "ignore", sandbox: "block", development: "warn" },
      },
    };
    const table = kinds.map((kind) =>
      environments.map((environment) => done(matchOf({ kind, environment }), policy)),
    );
    expect(table).toEqual([
      ["block", "warn", "policy"],
      ["warn", "policy", "block"],
      ["publishable", "block", "warn"],
    ]);
  });

  it.each([
    ["low", ["block", "block", "block"]],
    ["medium", ["low-confidence", "block", "block"]],
    ["high", ["low-confidence", "low-confidence", "block"]],
  ] as const)("reports what is at least %s", (minConfidence, expected) => {
    const policy = { ...defaultPolicy, minConfidence };
    expect(confidences.map((confidence) => done(matchOf({ confidence }), policy))).toEqual(expected);
  });

  it("leaves what is made to be seen alone, however strict it is, and near misses as it is told", () => {
    const strict: ScanPolicy = {
      minConfidence: "low",
      actions: {
        secret: inEveryEnvironment("block"),
        restricted: inEveryEnvironment("block"),
        publishable: inEveryEnvironment("block"),
      },
    };
    expect(verdicts.map((verdict) => done(matchOf({ verdict }), strict))).toEqual([
      "block",
      "block",
      "placeholder",
      "published-example",
    ]);
  });

  it("counts every match exactly once, keeps their order and what stands behind each", () => {
    fastCheck.assert(
      fastCheck.property(policies, (policy) => {
        const { findings, reported, ignored } = judgeMatches(matches, "a.env", policy);
        expect(findings.map(({ line }) => line)).toEqual(reported.map(({ line }) => line));
        expect(reported).toEqual(
          matches.filter((match) => actions.slice(1).includes(done(match, policy) as PolicyAction)),
        );
        const left = ignored.reduce((sum, { count }) => sum + count, 0);
        expect(findings.length + left).toBe(matches.length);
        expect(new Set(ignored.map(({ why }) => why)).size).toBe(ignored.length);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a finding", () => {
  const found = (more: Partial<Match>) => judgeMatches([matchOf(more)], "a.env", defaultPolicy).findings[0];

  it("says what and where it is, and nothing of the key or its line", () => {
    expect(found({})).toStrictEqual({
      action: "block",
      provider: "own",
      candidates: ["own", "other"],
      kind: "secret",
      environment: "production",
      label: "live",
      path: "a.env",
      locationKind: "content",
      line: 3,
      column: 5,
      endColumn: 29,
      redacted: "own_…",
      fingerprint: "f1",
      confidence: "high",
      reason: "fits",
    });
  });

  it("is treated as strictly as any of its kind where nothing says which environment it is for", () => {
    const secret = { production: "ignore", sandbox: "warn", development: "ignore" } as const;
    const policy = { ...defaultPolicy, actions: { ...defaultPolicy.actions, secret } };
    const judge = (environment: Environment | null) =>
      judgeMatches([matchOf({ environment })], "a.env", policy).findings.map(({ action }) => action);
    expect(judge("production")).toEqual([]);
    expect(judge(null)).toEqual(["warn"]);
  });

  it("tells the format, the file in an archive and another scanner's comment where there are such", () => {
    const more = { format: "own/token", member: "b/c.txt", foreignAllow: "gitleaks:allow" };
    expect(found(more)).toStrictEqual({ ...found({}), ...more });
  });

  it("may stand in a path", () => {
    const [finding] = judgeMatches([matchOf()], "a.env", defaultPolicy, "path").findings;
    expect(finding?.locationKind).toBe("path");
  });
});

describe("a repository's policy under a server's", () => {
  it("is the stricter of both in every respect, whichever comes first", () => {
    const strictest = (one: PolicyAction, other: PolicyAction) =>
      actions[Math.max(actions.indexOf(one), actions.indexOf(other))];
    fastCheck.assert(
      fastCheck.property(policies, policies, (server, repository) => {
        const both = tightenPolicy(server, repository);
        for (const kind of kinds) {
          for (const environment of environments) {
            expect(both.actions[kind][environment]).toBe(
              strictest(server.actions[kind][environment], repository.actions[kind][environment]),
            );
          }
        }
        const least = Math.min(
          ...[server, repository].map(({ minConfidence }) => confidences.indexOf(minConfidence)),
        );
        expect(both.minConfidence).toBe(confidences[least]);
        expect(tightenPolicy(repository, server)).toEqual(both);
        expect(tightenPolicy(both, server)).toEqual(both);
      }),
    );
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
    [undefined, true, false],
    [true, undefined, false],
  ])(
    "honours the comments of other scanners where both do: %s and %s give %s",
    (server, repository, both) => {
      const withComments = (honoursForeignAllow: boolean | undefined): ScanPolicy =>
        honoursForeignAllow === undefined ? defaultPolicy : { ...defaultPolicy, honoursForeignAllow };
      const tightened = tightenPolicy(withComments(server), withComments(repository));
      expect(tightened.honoursForeignAllow).toBe(both);
    },
  );

  it("blocks and reports no less than the server's alone", () => {
    fastCheck.assert(
      fastCheck.property(policies, policies, (server, repository) => {
        const [alone, both] = [server, tightenPolicy(server, repository)].map(
          (policy) => judgeMatches(matches, "a.env", policy).findings,
        );
        const blocked = (findings: typeof alone) =>
          findings?.filter(({ action }) => action === "block").length ?? 0;
        expect(both?.length).toBeGreaterThanOrEqual(alone?.length ?? Infinity);
        expect(blocked(both)).toBeGreaterThanOrEqual(blocked(alone));
      }),
      { numRuns: 50 },
    );
  });
});
