import type { SecurityEventView } from "@keywarden/management";
import type { SecurityEvent } from "@keywarden/storage";
import { isoOf } from "../keys/view-key.ts";

export function viewSecurityEvent(event: SecurityEvent): SecurityEventView {
  const { id, code, severity, keyId, provider, subject, evidence, firstAtMs, lastAtMs, count } = event;
  const instants = { firstAt: isoOf(firstAtMs), lastAt: isoOf(lastAtMs) };
  return { id, code, severity, keyId, provider, subject, evidence, ...instants, count };
}
