import { connectionFlags } from "../flags/connection-flags.ts";
import { colorFlags, reportFlags, severityFlag } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

export const auditCommand = defineCommand({
  name: "audit",
  summary: "find keys that are overdue, dormant, shared or known to a departed member",
  usage: [
    "audit [--server <url> --token-file <file>]",
    "audit --provider <id> [--provider-url <url>] --token-file <file>",
    "audit --from <export.json|csv>",
  ],
  description: [
    "Checks every live key of an inventory against policy: the provider's documentation, keywarden.json",
    "(hygiene) and the flags; the strictest wins. Each finding says why, by when, by which source, and which",
    "command comes next. Nothing is changed. Tags say where a key is used: env:production, env:ci,",
    "service:billing. What the inventory does not know is listed as not judged, never as clean.",
  ],
  flags: {
    from: {
      kind: "file",
      value: "file",
      summary: "read the inventory from a file: the output of keys export, keys list or audit --format csv",
    },
    provider: {
      kind: "text",
      value: "id",
      summary: "ask that provider's own API, with the key owner's credential, instead of a keywarden-server",
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
        cis45: "as CIS requires: dormant after 45 days, rotated every 90",
      },
      shownDefault: "default90",
      summary: "limits for rotation and dormancy, unless the provider asks for fewer days",
    },
    departed: {
      kind: "list",
      value: "member",
      summary: "a member who left, now or at a time: ann@acme.com=2026-01-31T17:00Z",
    },
    members: {
      kind: "file",
      value: "file",
      summary:
        "the current members, one a line, with the time of departure after a comma; anyone missing has left",
    },
    now: {
      kind: "text",
      value: "time",
      summary: "judge as of this time, such as 2026-01-31T10:20Z, for reproducible runs",
    },
    ...severityFlag,
    ...reportFlags({
      text: "for people: by rule, nearest deadline first",
      json: "one object with findings, policies and what was not judged",
      csv: "a credential report: one row per key, with all facts",
      sarif: "SARIF 2.1.0, for GitHub code scanning and editors",
    }),
    ...colorFlags,
    ...connectionFlags,
  },
  exits: "0 every key complies, 1 findings, 2 could not tell, also if there is no live key.",
  examples: [
    ["keywarden audit", "the server that KEYWARDEN_SERVER names"],
    ["keywarden audit --departed ann@acme.com", "keys that she knew, to rotate within 24 hours"],
    ["keywarden audit --preset cis45 --format csv --output keys.csv", "evidence for an auditor"],
    ["keywarden audit --from keys.csv --now 2026-12-31", "the same file gives the same answer"],
  ],
  handler: async (call, terminal) => (await import("./audit.ts")).audit(optionsOf(call), terminal),
});
