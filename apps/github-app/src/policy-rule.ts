import * as z from "zod";
import type { Situation } from "./policy.ts";

const listOf = <const W extends readonly [string, ...string[]]>(words: W) => z.array(z.enum(words)).min(1);

/** The action that makes a successor before the exposed key ends. */
export const rotateThenRevoke = "rotate-then-revoke";

/** A rule of the organisation that runs the App; a field that is absent fits everything. */
export const policyRuleSchema = z.strictObject({
  kind: listOf(["secret", "restricted"]).optional(),
  /** `unknown`: neither the text nor the provider says which. */
  environment: listOf(["production", "sandbox", "development", "unknown"]).optional(),
  visibility: listOf(["public", "private"]).optional(),
  provider: z.array(z.string()).min(1).optional(),
  /** `owner/name`, with `*` for any letters: `acme/*`, `acme/web-*`. */
  repository: z
    .array(z.string().regex(/^[\w.*-]+\/[\w.*-]+$/u, "must be owner/name, with * for any letters"))
    .min(1)
    .optional(),
  action: z.enum(["revoke", rotateThenRevoke, "ask", "report", "ignore"]),
});

export type PolicyRule = z.infer<typeof policyRuleSchema>;
export type RuleAction = PolicyRule["action"];

/** What rules look at. What is not known fits no rule that asks for it. */
export interface RuledSituation extends Pick<Situation, "kind" | "environment"> {
  readonly provider: string | null;
  readonly visibility: "public" | "private" | null;
  /** `owner/name`. */
  readonly repository: string | null;
}

/** Gives the action of the first rule that fits; null when none does. */
export function findPolicyAction(
  rules: readonly PolicyRule[],
  { kind, environment, provider, visibility, repository }: RuledSituation,
): RuleAction | null {
  const fits = (wanted: readonly string[] | undefined, is: string | null): boolean =>
    wanted === undefined || (is !== null && wanted.includes(is));
  const rule = rules.find(
    (one) =>
      fits(one.kind, kind) &&
      fits(one.environment, environment ?? "unknown") &&
      fits(one.provider, provider) &&
      fits(one.visibility, visibility) &&
      (one.repository === undefined ||
        (repository !== null && one.repository.some((pattern) => matches(pattern, repository)))),
  );
  return rule?.action ?? null;
}

// GitHub's names differ by more than case.
function matches(pattern: string, name: string): boolean {
  const parts = pattern
    .toLowerCase()
    .split("*")
    .map((part) => part.replaceAll(".", "\\."));
  return new RegExp(`^${parts.join("[^/]*")}$`, "u").test(name.toLowerCase());
}
