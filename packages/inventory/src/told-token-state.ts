import type { Token } from "@keywarden/management";

/** Whether a token opens anything now. A server that does not tell the state tells when a token ends. */
export function toldTokenState(
  { state, revokedAt, expiresAt }: Pick<Token, "state" | "revokedAt" | "expiresAt">,
  nowMs: number,
): NonNullable<Token["state"]> {
  if (revokedAt !== null) return "revoked";
  const hasEnded = expiresAt !== null && Date.parse(expiresAt) <= nowMs;
  return state === "expired" || hasEnded ? "expired" : (state ?? "active");
}

/** Says to which keys a token is limited; empty where it is limited to none. */
export function describeTokenLimits({ limits }: Pick<Token, "limits">): string {
  return Object.entries(limits ?? {})
    .map(([name, values]) => `${name} ${(values ?? []).join(", ")}`)
    .join("; ");
}
