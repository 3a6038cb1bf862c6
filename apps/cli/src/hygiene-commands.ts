import type { Command, Flag } from "./options.ts";

const severity: Flag = {
  name: "min-severity",
  value: "level",
  choices: ["low", "medium", "high", "critical"],
  standard: "low",
  summary: "report from this severity up: low, medium, high or critical",
};

const formatOf = (meanings: Readonly<Record<string, string>>): Flag => ({
  name: "format",
  value: "format",
  choices: Object.keys(meanings),
  meanings,
  standard: "text",
  summary: "how to report: one of the formats below",
});

/** The commands that judge keys, and the places that keep them. */
export const hygieneCommands: readonly Command[] = [
  {
    name: "audit",
    summary: "say which keys are overdue, dormant, shared or known to someone who left",
    usage: [
      "keywarden audit [--server <url> --token-file <file>]",
      "keywarden audit --provider <id> [--provider-url <url>] --token-file <file>",
      "keywarden audit --from <export.json|csv>",
    ],
    description: [
      "Holds every live key of an inventory to policy: what the provider's document states, keywarden.json",
      "(hygiene) and the flags, the strictest of them. Each finding says why, by when, by whose words, and",
      "which command comes next; it changes nothing itself. Tags say where a key is used: env:production,",
      "env:ci, service:billing. What an inventory does not tell is listed as not judged, never as clean.",
    ],
    flags: [
      "from",
      "provider",
      "provider-url",
      "preset",
      "departed",
      "members",
      "now",
      "min-severity",
      "format",
      "output",
      "color",
      "server",
      "token-file",
      "passphrase-file",
      "debug",
      "help",
    ],
    ownFlags: [
      {
        name: "from",
        value: "file",
        summary:
          "read the inventory from a file: what keys export, keys list or audit --format csv have written",
      },
      {
        name: "provider",
        value: "id",
        summary: "ask that provider's own API, with a credential of its owner, instead of a keywarden-server",
      },
      {
        name: "provider-url",
        value: "url",
        summary: "address of the provider's own API; from its profile unless given",
      },
      {
        name: "preset",
        value: "name",
        choices: ["default90", "cis45"],
        meanings: {
          default90: "90 days to rotation and to dormancy",
          cis45: "as CIS asks: 45 days to dormancy, 90 to rotation",
        },
        standard: "default90",
        summary: "days to rotation and to dormancy, where the provider does not ask for fewer",
      },
      {
        name: "departed",
        value: "member",
        summary: "someone who has left, now or as ann@acme.com=2026-01-31T17:00Z; repeatable",
      },
      {
        name: "members",
        value: "file",
        summary:
          "who is in the team, a line each, and after a comma when someone left; whoever is missing has left",
      },
      {
        name: "now",
        value: "time",
        summary: "judge as of a time such as 2026-01-31T10:20Z, for runs that can be repeated",
      },
      severity,
      formatOf({
        text: "for people: by rule, the nearest deadline first",
        json: "one object with findings, policies and what was not judged",
        csv: "a credential report: a row for every key, with all facts",
        sarif: "SARIF 2.1.0, for GitHub code scanning and editors",
      }),
    ],
    exits:
      "Exit status: 0 every key keeps to policy, 1 findings, 2 could not tell, also when there is no live key.",
    examples: [
      ["keywarden audit", "the server that KEYWARDEN_SERVER names"],
      ["keywarden audit --departed ann@acme.com", "what she knew, to be rotated within 24 hours"],
      ["keywarden audit --preset cis45 --format csv --output keys.csv", "evidence for an auditor"],
      ["keywarden audit --from keys.csv --now 2026-12-31", "the same file gives the same answer"],
    ],
    load: async () => (await import("./commands/audit.ts")).audit,
  },
  {
    name: "check-env",
    summary: "say which keys stand where they should not: environment, .env files, CI settings",
    usage: ["keywarden check-env", "keywarden check-env [file or folder ...]"],
    description: [
      "Reads the environment of this process, .env files, GitHub, GitLab and CircleCI settings, compose files",
      "and Kubernetes manifests, and says where a live key stands in development or CI or a test key in",
      "production, a key beside a tenant or host of another environment, a secret in a variable that bundlers",
      "publish, one key for several services, and .env files that git tracks or others can read. What a place",
      "is for comes from the file's name, --environment, NODE_ENV and the like, or CI; a plain .env is for",
      "development. With files or folders it reads these alone. Keys are only ever shown redacted.",
    ],
    flags: ["environment", "min-severity", "format", "output", "color", "debug", "help"],
    ownFlags: [
      {
        name: "environment",
        value: "name",
        choices: ["production", "staging", "development", "test", "ci"],
        summary: "what the places are for that do not say so by their name",
      },
      severity,
      formatOf({
        text: "for people: the worst first",
        json: "one object with findings and what was checked",
        sarif: "SARIF 2.1.0, for GitHub code scanning and editors",
        github: "annotations on the lines of a pull request, from a GitHub Actions step",
      }),
    ],
    exits: "Exit status: 0 nothing found, 1 findings, 2 a file could not be checked.",
    examples: [
      ["keywarden check-env", "this shell, and everything below this folder"],
      ["keywarden check-env --environment production", "in a deployment, before the program starts"],
      ["keywarden check-env .env services/billing", "a file and a folder"],
      ["keywarden check-env --format github", "in a workflow"],
    ],
    load: async () => (await import("./commands/check-env.ts")).checkEnv,
  },
];
