/** The possible harm: what an intruder could use today is high, what has a deadline in hours is critical. */
export type Severity = "critical" | "high" | "medium" | "low";

export const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** A requirement for keys, or for the files and settings that hold them. */
export interface HygieneRule {
  readonly severity: Severity;
  /** A headline: what is wrong. */
  readonly title: string;
  /** The condition for a finding. */
  readonly condition: string;
  /** The commands that check it. */
  readonly commands: readonly ("audit" | "check-env")[];
  /** The reason for it if the provider's documentation says nothing about it. */
  readonly otherwise: string;
}

const audit = ["audit"] as const;
const checkEnv = ["check-env"] as const;
const both = ["audit", "check-env"] as const;

/** Every rule, the most severe first. */
export const rules = {
  "owner-departed": {
    severity: "critical",
    title: "Someone who knew the key has left",
    condition: "the key's owner, or someone who created, rotated or read its current secret, has left",
    commands: audit,
    otherwise: "CIS Controls v8, 6.2: revoke access when someone leaves.",
  },
  "secret-in-public-variable": {
    severity: "critical",
    title: "A secret key in a variable that reaches browsers",
    condition: "a secret or restricted key is in a variable with a prefix that bundlers publish",
    commands: checkEnv,
    otherwise: "Bundlers copy such variables into public code.",
  },
  "rotation-overdue": {
    severity: "high",
    title: "Rotation is overdue",
    condition: "the current secret has reached the maximum age of its schedule",
    commands: audit,
    otherwise: "Keywarden's default of 90 days, which is what CIS asks for cloud access keys.",
  },
  dormant: {
    severity: "high",
    title: "The key is dormant",
    condition: "no use was recorded for at least as many days as the policy allows",
    commands: audit,
    otherwise: "Keywarden's default of 90 days; CIS Controls v8, 5.3 asks for 45.",
  },
  "live-key-in-development": {
    severity: "high",
    title: "A live key where test keys belong",
    condition: "a production key is kept in development, test, CI or staging, and its provider has test keys",
    commands: both,
    otherwise: "With a live key, whatever a program under development does is real.",
  },
  "test-key-in-production": {
    severity: "high",
    title: "A test key in production",
    condition: "a sandbox or development key is kept in production",
    commands: both,
    otherwise: "With a test key, nothing that production does is real.",
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
      "two secrets of a key stay live beyond the provider's grace period, or 24 hours if none is stated",
    commands: audit,
    otherwise: "Keywarden's default: a rotation is complete when the old secret has ended.",
  },
  "several-standard-keys": {
    severity: "high",
    title: "More than one standard key for a tenant",
    condition: "a tenant has several live keys of a kind that its provider allows only once",
    commands: audit,
    otherwise: "A second key with all rights doubles what can leak.",
  },
  "tenant-mismatch": {
    severity: "high",
    title: "Key and tenant belong to different environments",
    condition: "the tenant beside a key belongs to another environment than the key, by its prefix",
    commands: checkEnv,
    otherwise: "A key works only for tenants of its own environment.",
  },
  "wrong-host": {
    severity: "high",
    title: "The key goes to the wrong host",
    condition: "a host beside a key belongs to its provider, but to another environment",
    commands: checkEnv,
    otherwise: "Each environment has its own hosts.",
  },
  "env-file-tracked": {
    severity: "high",
    title: "A .env file with keys is in git",
    condition: "git tracks a .env file that holds a secret key",
    commands: checkEnv,
    otherwise: "Anyone who can clone the repository has the key, for as long as the history exists.",
  },
  "never-used": {
    severity: "medium",
    title: "The key was never used",
    condition: "no use was recorded in the number of days after which a key is dormant",
    commands: audit,
    otherwise: "Keywarden's default of 90 days; CIS Controls v8, 5.3 asks for 45.",
  },
  "several-services": {
    severity: "medium",
    title: "One key for several services",
    condition: "more than one service uses one key, or one value under several ids",
    commands: both,
    otherwise: "If one service leaks the key, all of them stop.",
  },
  unrestricted: {
    severity: "medium",
    title: "An unrestricted production key",
    condition:
      "a secret or restricted production key has no permission list and none of the restrictions that its provider offers",
    commands: audit,
    otherwise: "A key should not be able to do more than its service does.",
  },
  "expiring-soon": {
    severity: "medium",
    title: "The key expires soon",
    condition: "the key expires within 14 days",
    commands: audit,
    otherwise: "Keywarden's default: renew a key before it expires.",
  },
  "publishable-for-secret": {
    severity: "medium",
    title: "A publishable key where a secret one is needed",
    condition: "a publishable key is in a variable whose name asks for a secret",
    commands: checkEnv,
    otherwise: "A publishable key cannot do what a server needs.",
  },
  "malformed-key": {
    severity: "medium",
    title: "The key is malformed",
    condition: "a value starts like a key, but no provider's format accepts it",
    commands: checkEnv,
    otherwise: "Such a key is rejected: it may have been truncated when it was copied.",
  },
  "env-file-readable": {
    severity: "medium",
    title: "Others can read a .env file with keys",
    condition: "a .env file that holds a secret key gives its group or others any permission",
    commands: checkEnv,
    otherwise: "Anyone with an account on the machine can read the key.",
  },
  "rotation-due": {
    severity: "low",
    title: "Rotation is due",
    condition: "the current secret becomes overdue within 14 days",
    commands: audit,
    otherwise: "Keywarden's default of 90 days, which is what CIS asks for cloud access keys.",
  },
  "no-owner": {
    severity: "low",
    title: "The key has no owner",
    condition: "the key has no owner, or its owner has left and its secret has been replaced since",
    commands: audit,
    otherwise: "Nobody rotates a key without an owner.",
  },
} as const satisfies Readonly<Record<string, HygieneRule>>;

export type RuleId = keyof typeof rules;
