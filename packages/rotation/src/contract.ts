import type { ProviderProfile } from "@keywarden/key-format";
import { z } from "zod";

export const rotationContractSchema = z.object({
  procedure: z.enum(["create-deploy-revoke", "server-side"]),
  graceSeconds: z.number().nonnegative(),
  maxLiveSecrets: z.int().min(1),
});

/** What a provider promises about replacing a key. */
export interface RotationContract {
  /** Whether Keywarden makes a second key and revokes the first, or the provider replaces the secret in place. */
  readonly procedure: "create-deploy-revoke" | "server-side";
  /** Seconds in which old and new are both valid: from verification for the former, from the call for the latter. */
  readonly graceSeconds: number;
  readonly maxLiveSecrets: number;
}

/** Reads the contract from the provider's profile. */
export function contractOf({ rotation }: ProviderProfile): RotationContract {
  const { procedure, graceSeconds } = rotation;
  const overlaps = procedure === "create-deploy-revoke" || graceSeconds > 0;
  return { procedure, graceSeconds, maxLiveSecrets: overlaps ? 2 : 1 };
}
