import { auditFlags } from "../flags/audit-flags.ts";
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
  flags: auditFlags,
  exits:
    "0 every key complies, 1 findings, 2 could not tell, also if no live key is there or names --departed.",
  examples: [
    ["keywarden audit", "the server that KEYWARDEN_SERVER names"],
    ["keywarden audit --departed ann@acme.com", "keys that she knew, to rotate within 24 hours"],
    ["keywarden audit --preset cis45 --format csv --output keys.csv", "evidence for an auditor"],
    ["keywarden audit --from keys.csv --now 2026-12-31", "the same file gives the same answer"],
  ],
  handler: async (call, terminal) => (await import("./audit.ts")).audit(call, terminal),
});
