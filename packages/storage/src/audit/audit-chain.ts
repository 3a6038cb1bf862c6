import { hash } from "node:crypto";
import type { AuditAnchor, AuditEntry } from "./audit-log.ts";
import { canonicalJson } from "../json/canonical-json.ts";

/** What the first entry has for the hash of the one before it. */
export const genesis: AuditAnchor = { sequence: 0, hash: "0".repeat(64) };

/** Hashes an entry with the hash of the one before: SHA-256 over its canonical JSON, 64 lower-case hex. */
export function hashEntry(entry: Omit<AuditEntry, "hash">): string {
  const { sequence, atMs, action, actor, subject, provider, details, previousHash } = entry;
  const text = canonicalJson({ sequence, atMs, action, actor, subject, provider, details, previousHash });
  return hash("sha256", text, "hex");
}
