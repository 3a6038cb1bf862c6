import type { TokenRecord } from "@keywarden/storage";

/** What a token is at a moment: only an active one opens anything. */
export function tokenState(
  { revokedAtMs, expiresAtMs }: Pick<TokenRecord, "revokedAtMs" | "expiresAtMs">,
  nowMs: number,
): "active" | "expired" | "revoked" {
  if (revokedAtMs !== null) return "revoked";
  return expiresAtMs !== null && expiresAtMs <= nowMs ? "expired" : "active";
}
