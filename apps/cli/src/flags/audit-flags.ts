import { defineFlags, type FlagValues, type Given } from "@keywarden/command-line";
import { connectionFlags } from "./connection-flags.ts";
import { colorFlags, reportFlags, severityFlag } from "./report-flags.ts";

export const auditFlags = defineFlags({
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
});
export type AuditFlags = FlagValues<typeof auditFlags>;
export interface AuditCall {
  readonly flags: AuditFlags;
  readonly given: Given<"server" | "token-file" | "passphrase-file">;
}
