/** How much harm may come of it: what an intruder could use today is high, what has a deadline in hours is critical. */
export type Severity = "critical" | "high" | "medium" | "low";

export const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** Something that keys, or the places that keep them, are held to. */
export interface HygieneRule {
  readonly severity: Severity;
  /** A headline: what is wrong. */
  readonly title: string;
  /** What has to hold for a finding. */
  readonly condition: string;
  /** Who judges by it. */
  readonly commands: readonly ("audit" | "check-env")[];
  /** What it comes from where the provider's own document says nothing of the kind. */
  readonly otherwise: string;
}

const audit = ["audit"] as const;
const checkEnv = ["check-env"] as const;
const both = ["audit", "check-env"] as const;

/** Every rule, the worst first. */
export const rules = {
  "owner-departed": {
    severity: "critical",
    title: "Someone who knew the key has left",
    condition: "the key's owner, or someone who made, rotated or read its current secret, has left",
    commands: audit,
    otherwise: "CIS Controls v8, 6.2: revoke access when someone leaves.",
  },
  "secret-in-public-variable": {
    severity: "critical",
    title: "A secret key in a variable that is shipped to browsers",
    condition: "a secret or restricted key stands in a variable whose prefix a bundler publishes",
    commands: checkEnv,
    otherwise: "Bundlers copy such variables into code that everyone can read.",
  },
  "rotation-overdue": {
    severity: "high",
    title: "Rotation is overdue",
    condition: "the current secret is as old as the schedule allows, or older",
    commands: audit,
    otherwise: "Keywarden's default of 90 days, which is what CIS asks for cloud access keys.",
  },
  dormant: {
    severity: "high",
    title: "The key is dormant",
    condition: "the last use is as many days ago as the policy allows, or more",
    commands: audit,
    otherwise: "Keywarden's default of 90 days; CIS Controls v8, 5.3 asks for 45.",
  },
  "live-key-in-development": {
    severity: "high",
    title: "A live key where test keys belong",
    condition: "a production key is kept in development, test, CI or staging, and its provider has test keys",
    commands: both,
    otherwise: "Whatever a program under development does with a live key is done for real.",
  },
  "test-key-in-production": {
    severity: "high",
    title: "A test key in production",
    condition: "a sandbox or development key is kept in production",
    commands: both,
    otherwise: "What production does with a test key does not really happen.",
  },
  "several-environments": {
    severity: "high",
    title: "One key for several environments",
    condition: "one key, or one value under several ids, is kept in more than one environment",
    commands: both,
    otherwise: "A key that leaks from a laptop must not open production.",
  },
  "grace-exceeded": {
    severity: "high",
    title: "An old secret outlives its grace period",
    condition:
      "two secrets of a key are live for longer than the provider's grace period, or 24 hours where none is stated",
    commands: audit,
    otherwise: "Keywarden's default: a rotation is not over before the old secret is dead.",
  },
  "several-standard-keys": {
    severity: "high",
    title: "More than one standard key for a tenant",
    condition: "a tenant has several live keys of a kind of which its provider allows one",
    commands: audit,
    otherwise: "One key with all rights is one too many to lose already.",
  },
  "tenant-mismatch": {
    severity: "high",
    title: "Key and tenant are of different environments",
    condition: "the tenant beside a key starts like one of another environment than the key's",
    commands: checkEnv,
    otherwise: "A key opens only tenants of its own environment.",
  },
  "wrong-host": {
    severity: "high",
    title: "The key goes to the wrong host",
    condition: "a host beside a key is the provider's, but for another environment than the key's",
    commands: checkEnv,
    otherwise: "Each environment has hosts of its own.",
  },
  "env-file-tracked": {
    severity: "high",
    title: "A .env file with keys is in git",
    condition: "git tracks a .env file that holds a secret key",
    commands: checkEnv,
    otherwise: "Whoever can clone the repository has the key, for as long as it has a history.",
  },
  "never-used": {
    severity: "medium",
    title: "The key was never used",
    condition: "no use was seen in as many days of records as make a key dormant",
    commands: audit,
    otherwise: "Keywarden's default of 90 days; CIS Controls v8, 5.3 asks for 45.",
  },
  "several-services": {
    severity: "medium",
    title: "One key for several services",
    condition: "more than one service uses one key, or one value under several ids",
    commands: both,
    otherwise: "When one of the services leaks it, all of them stop.",
  },
  unrestricted: {
    severity: "medium",
    title: "An unrestricted production key",
    condition:
      "a secret or restricted production key has no permission list and is bound to nothing that its provider could bind it to",
    commands: audit,
    otherwise: "A key should not be able to do more than its service does.",
  },
  "expiring-soon": {
    severity: "medium",
    title: "The key expires soon",
    condition: "the key expires within 14 days",
    commands: audit,
    otherwise: "Keywarden's default: what stops working by itself is replaced before.",
  },
  "publishable-for-secret": {
    severity: "medium",
    title: "A publishable key where a secret one is needed",
    condition: "a publishable key stands in a variable whose name asks for a secret",
    commands: checkEnv,
    otherwise: "A publishable key cannot do what a server asks for.",
  },
  "malformed-key": {
    severity: "medium",
    title: "The key is malformed",
    condition: "a value starts like a key and no provider's format accepts it",
    commands: checkEnv,
    otherwise: "Such a key is refused, or was cut when it was copied.",
  },
  "env-file-readable": {
    severity: "medium",
    title: "Others can read a .env file with keys",
    condition: "the mode of a .env file that holds a secret key gives group or others any right",
    commands: checkEnv,
    otherwise: "Whoever has an account on the machine has the key.",
  },
  "rotation-due": {
    severity: "low",
    title: "Rotation is due",
    condition: "the current secret is 14 days from being overdue, or less",
    commands: audit,
    otherwise: "Keywarden's default of 90 days, which is what CIS asks for cloud access keys.",
  },
  "no-owner": {
    severity: "low",
    title: "Nobody answers for the key",
    condition: "the key has no owner, or its owner has left and its secret has been replaced since",
    commands: audit,
    otherwise: "A key without an owner is rotated by nobody.",
  },
} as const satisfies Readonly<Record<string, HygieneRule>>;

export type RuleId = keyof typeof rules;
