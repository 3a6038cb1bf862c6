import type { AuditPolicy } from "../audit-policy.ts";
import type { RuleJudgement } from "../finding.ts";
import type { AuditedKey, Deployment } from "../key-facts.ts";
import { putOffCommand, nextCommand, untagCommand } from "../next-command.ts";
import { tagsThatSay } from "../read-tags.ts";

/** Judges where the key is kept and what it may do there. `twins` have the same value under other ids. */
export function judgePlacement(
  key: AuditedKey,
  policy: AuditPolicy,
  twins: readonly AuditedKey[],
): readonly RuleJudgement[] {
  const since = { sinceMs: null, deadlineMs: null };
  // A successor has the same tags: what the inventory says of the key has to be put right. A twin's value differs then.
  const without = (said: readonly string[]): string => {
    const tags = tagsThatSay(key.tags ?? [], said);
    return tags.length === 0 || twins.length > 0 ? nextCommand("rotate", key.id) : untagCommand(key.id, tags);
  };
  const all = [key, ...twins];
  const deployments = distinct(all.flatMap(({ deployedIn }) => deployedIn ?? []));
  const environments =
    deployments.length > 0 ? deployments : distinct(all.map(({ environment }) => environment));
  const services = distinct(all.flatMap((one) => one.services ?? []));
  const under = twins.length === 0 ? "" : ` (the same value as ${twins.map(({ id }) => id).join(", ")})`;
  const outside = (key.deployedIn ?? []).filter((deployment) => deployment !== "production");
  const judgements: RuleJudgement[] = [];
  if (key.environment === "production" && policy.hasTestKeys && outside.length > 0) {
    judgements.push({
      rule: "live-key-in-development",
      message: `use a test key there: this live key is in ${distinct(outside).join(", ")}`,
      ...since,
      next: without(outside),
    });
  }
  if (key.environment !== "production" && key.deployedIn?.includes("production") === true) {
    judgements.push({
      rule: "test-key-in-production",
      message: `use a live key there: this ${key.environment} key is in production`,
      ...since,
      // Never a rotation, which would make another test key in production.
      next:
        tagsThatSay(key.tags ?? [], ["production"]).length > 0
          ? untagCommand(key.id, tagsThatSay(key.tags ?? [], ["production"]))
          : putOffCommand("test-key-in-production", key.id),
    });
  }
  if (environments.length > 1) {
    judgements.push({
      rule: "several-environments",
      message: `give each environment its own key: this one is used for ${environments.join(", ")}${under}`,
      ...since,
      next: without(environments.filter((one) => one !== mainOf(key, environments))),
    });
  }
  if (services.length > 1) {
    judgements.push({
      rule: "several-services",
      message: `give each service its own key: ${services.join(", ")} share it${under}`,
      ...since,
      next: without(services.slice(1)),
    });
  }
  if (isUnrestricted(key)) {
    judgements.push({
      rule: "unrestricted",
      message: "restrict it: it can do everything that its kind allows, from anywhere",
      ...since,
      next: nextCommand("keys restrict", key.id),
    });
  }
  return judgements;
}

/** Where the key stays, when it is in several environments. */
function mainOf({ environment }: AuditedKey, environments: readonly string[]): string | undefined {
  return environments.find((one) => one === environment) ?? environments[0];
}

function isUnrestricted({ environment, kind, restrictions }: AuditedKey): boolean {
  return environment === "production" && kind !== "publishable" && restrictions?.length === 0;
}

function distinct<Word extends string>(words: readonly Word[]): readonly Word[] {
  return [...new Set(words)].toSorted((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
}

const inOrder: readonly string[] = [
  "production",
  "staging",
  "sandbox",
  "development",
  "test",
  "ci",
] satisfies (Deployment | AuditedKey["environment"])[];
const order = (word: string): number => inOrder.indexOf(word);
