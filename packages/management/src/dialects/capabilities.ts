import type { ManagedProvider, ManagementFacts } from "@keywarden/key-format";
import * as z from "zod";
import { dialectOf } from "./dialects.ts";

const answer = (otherwise: boolean) => z.boolean().default(otherwise);

// What is absent was written before it could be said, by a keywarden that asked its own server.
export const capabilitiesSchema = z.object({
  procedure: z.enum(["create-deploy-revoke", "server-side"]),
  graceSeconds: z.number().nonnegative(),
  graceFrom: z.enum(["rotation", "first-use"]).default("rotation"),
  maxLiveSecrets: z.int().min(1),
  revocationDelaySeconds: z.number().nonnegative().default(0),
  list: answer(true),
  lookup: answer(true),
  lastUse: answer(true),
  permissions: answer(true),
  restrictions: answer(true),
  generations: answer(true),
  idempotencyKey: answer(false),
});

/** How a provider replaces a key, and what its management API can tell of one. */
export interface Capabilities extends Readonly<Required<ManagementFacts>> {
  /** Whether the caller makes a second key and revokes the first, or the provider replaces the secret in place. */
  readonly procedure: "create-deploy-revoke" | "server-side";
  /** Seconds in which old and new are both valid: from verification for the former, from the call for the latter. */
  readonly graceSeconds: number;
  readonly graceFrom: "rotation" | "first-use";
  readonly maxLiveSecrets: number;
  readonly revocationDelaySeconds: number;
}

/** Keywarden's own API over the keys of all providers. */
const operatorApi: Required<ManagementFacts> = {
  list: true,
  lookup: true,
  lastUse: true,
  permissions: true,
  restrictions: true,
  generations: true,
  idempotencyKey: true,
};

/**
 * Reads what can be done with a provider's keys. `via` says whether its own API is spoken, of which its dialect and its
 * profile tell, or Keywarden's.
 *
 * @throws ManagementError MANAGEMENT_UNKNOWN_DIALECT when its own API is spoken in a dialect that is not known
 */
export function capabilitiesOf(
  profile: ManagedProvider,
  via: "operator" | "provider" = "operator",
): Capabilities {
  const { rotation, management } = profile;
  const { procedure, graceSeconds, graceFrom, maxLiveSecrets, revocationDelaySeconds } = rotation;
  const overlaps = procedure === "create-deploy-revoke" || graceSeconds > 0;
  return {
    procedure,
    graceSeconds,
    graceFrom: graceFrom ?? "rotation",
    maxLiveSecrets: maxLiveSecrets ?? (overlaps ? 2 : 1),
    revocationDelaySeconds: revocationDelaySeconds ?? 0,
    ...(via === "operator" ? operatorApi : { ...dialectOf(profile.dialect).capabilities, ...management }),
  };
}
