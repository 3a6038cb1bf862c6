import { connectionFlags } from "../flags/connection-flags.ts";
import { colorFlags, jsonFlag, severityFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const auditCommand = defineCommand({
  name: "audit",
  summary: "say which keys are overdue, dormant, shared or known to someone who left",
  usage: [
    "audit [--server <url> --token-file <file>]",
    "audit --provider <id> [--provider-url <url>] --token-file <file>",
    "audit --from <export.json|csv>",
  ],
  description: [
    "Holds every live key of an inventory to policy: what the provider's document states, keywarden.json",
    "(hygiene) and the flags, the strictest of them. Each finding says why, by when, by whose words, and",
    "which command comes next; it changes nothing itself. Tags say where a key is used: env:production,",
    "env:ci, service:billing. What an inventory does not tell is listed as not judged, never as clean.",
  ],
  flags: {
    from: {
      kind: "file",
      value: "file",
      summary:
        "read the inventory from a file: what keys export, keys list or audit --format csv have written",
    },
    provider: {
      kind: "text",
      value: "id",
      summary: "ask that provider's own API, with a credential of its owner, instead of a keywarden-server",
    },
    "provider-url": {
      kind: "url",
      value: "url",
      shownDefault: "from its profile",
      summary: "address of the provider's own API",
    },
    preset: {
      kind: "choice",
      value: "name",
      choices: {
        default90: "90 days to rotation and to dormancy",
        cis45: "as CIS asks: 45 days to dormancy, 90 to rotation",
      },
      shownDefault: "default90",
      summary: "days to rotation and to dormancy, where the provider does not ask for fewer",
    },
    departed: {
      kind: "list",
      value: "member",
      summary: "someone who has left, now or as ann@acme.com=2026-01-31T17:00Z",
    },
    members: {
      kind: "file",
      value: "file",
      summary:
        "who is in the team, a line each, and after a comma when someone left; whoever is missing has left",
    },
    now: {
      kind: "text",
      value: "time",
      summary: "judge as of a time such as 2026-01-31T10:20Z, for runs that can be repeated",
    },
    ...severityFlag,
    format: {
      kind: "choice",
      value: "format",
      choices: {
        text: "for people: by rule, the nearest deadline first",
        json: "one object with findings, policies and what was not judged",
        csv: "a credential report: a row for every key, with all facts",
        sarif: "SARIF 2.1.0, for GitHub code scanning and editors",
      },
      default: "text",
      summary: "how to report: one of the formats below",
    },
    ...jsonFlag,
    output: {
      kind: "file",
      value: "file",
      summary: "write the report there, whole or not at all; the text is printed as well",
    },
    ...colorFlags,
    ...connectionFlags,
  },
  exits: "0 every key keeps to policy, 1 findings, 2 could not tell, also when there is no live key.",
  examples: [
    ["keywarden audit", "the server that KEYWARDEN_SERVER names"],
    ["keywarden audit --departed ann@acme.com", "what she knew, to be rotated within 24 hours"],
    ["keywarden audit --preset cis45 --format csv --output keys.csv", "evidence for an auditor"],
    ["keywarden audit --from keys.csv --now 2026-12-31", "the same file gives the same answer"],
  ],
  handler: async (call, terminal) => (await import("./audit.ts")).audit(optionsOf(call), terminal),
});
