import type { StoredKey } from "@keywarden/storage";
import type { Verdict } from "@keywarden/verifier";
import type { ServerContext } from "../server-context.ts";
import type { TrafficRequest } from "./traffic.ts";

/** Remembers that a key was used or turned away where it is used: its last use, its counts and, when denied, the reason. */
export function recordVerdict(
  {
    storage,
    usage,
    traffic,
    verifications,
  }: Pick<ServerContext, "storage" | "usage" | "traffic" | "verifications">,
  verdict: Verdict<StoredKey>,
  request: TrafficRequest & { readonly requestId: string },
): void {
  const nowMs = storage.now();
  traffic.record(verdict, request, nowMs);
  if (verdict.ok) {
    usage.used(verdict.key.id, nowMs);
    return;
  }
  if (verdict.key !== null) usage.denied(verdict.key.id, nowMs);
  verifications.record(verdict, request);
}
