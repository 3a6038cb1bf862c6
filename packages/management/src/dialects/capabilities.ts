import type { ManagementFacts, ManagedProvider } from "@keywarden/key-format";
import { z } from "zod";

const answer = (otherwise: boolean) => z.boolean().default(otherwise);

// What is absent was written before it could be said, by a keywarden that asked its own server.
export const managementContractSchema = z.object({
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

/** What a provider promises about replacing a key, and what its management API can tell of one. */
export interface ManagementContract extends Readonly<Required<ManagementFacts>> {
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

// The five documents promise nothing about Idempotency-Key, and their bodies have no room for a generation. What their
// lists show is what the dialects write.
const documented = { ...operatorApi, generations: false, idempotencyKey: false };

const byDialect: Readonly<Record<string, Required<ManagementFacts>>> = {
  aforo: documented,
  aero2: documented,
  // Its document prints the list field by field, and restrictions are not among them.
  example: { ...documented, restrictions: false },
  azotte: documented,
  "aurora-solar": documented,
  standard: operatorApi,
};

/**
 * Reads the contract from the provider's profile. `via` says whether its own API is spoken, which may tell less
 * than Keywarden's.
 */
export function contractOf(
  { rotation, management, dialect }: ManagedProvider,
  via: "operator" | "provider" = "operator",
): ManagementContract {
  const { procedure, graceSeconds, graceFrom, maxLiveSecrets, revocationDelaySeconds } = rotation;
  const overlaps = procedure === "create-deploy-revoke" || graceSeconds > 0;
  return {
    procedure,
    graceSeconds,
    graceFrom: graceFrom ?? "rotation",
    maxLiveSecrets: maxLiveSecrets ?? (overlaps ? 2 : 1),
    revocationDelaySeconds: revocationDelaySeconds ?? 0,
    ...(via === "operator" ? operatorApi : { ...(byDialect[dialect] ?? operatorApi), ...management }),
  };
}
