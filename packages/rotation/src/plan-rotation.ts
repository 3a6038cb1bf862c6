import { policyFor, rotationStatus, type RotationStatus } from "@keywarden/hygiene";
import type { ManagedProvider } from "@keywarden/key-format";
import { capabilitiesOf, dialectOf, type Capabilities } from "@keywarden/management";
import { findWorkingSuccessors } from "./follow-key.ts";
import type { KeyApi, RotatableKey } from "./key-api.ts";
import type { FactOf } from "./journal/entry.ts";
import { keyFactsOf } from "./key-facts.ts";
import { RotationError } from "./rotation-error.ts";
import type { Sink } from "./sinks/sink.ts";
import { baseName, successorMark, successorName } from "./successor-name.ts";

export interface RotationPlan {
  readonly fact: FactOf<"planned">;
  readonly capabilities: Capabilities;
  /** Whether the key is due; a fresh key can be planned all the same. Null if its age is unknown. */
  readonly status: RotationStatus | null;
  /** What the person should know before saying yes. */
  readonly warnings: readonly string[];
}

export interface PlanRequest {
  readonly keyApi: KeyApi;
  /** Address of the provider; a rotation can only be resumed against the same one. */
  readonly server: string;
  /** Whose API the provider calls; Keywarden's own by default. */
  readonly via?: "operator" | "provider" | undefined;
  /** Where the new key is tried, where that is not below the server. */
  readonly callUrl?: string | undefined;
  /** Where the credential is, for a later resume; never the credential itself. */
  readonly credential?: string | undefined;
  /** Absolute; relative sinks are resolved from here, wherever the rotation is resumed. */
  readonly directory: string;
  readonly keyId: string;
  readonly profileOf: (provider: string) => ManagedProvider | undefined;
  readonly sinks: readonly Sink[];
  /** Instead of the provider's; only where Keywarden itself ends the old key. */
  readonly graceSeconds?: number | undefined;
  /** Proceeds although an earlier secret is in its grace period, which ends immediately. */
  readonly endGrace: boolean;
  /** Eight hex digits that no other rotation has. */
  readonly rotation: string;
  /** The time by which the provider dates its keys, as far as that is known; asked for once the key was. */
  readonly now: () => number;
}

/**
 * Decides everything that a rotation will do, and changes nothing.
 *
 * @throws {@link RotationError} ROTATION_REFUSED when the key cannot be rotated now
 * @throws SinkError when a sink is not ready, ManagementError when the provider cannot be asked
 */
export async function planRotation(request: PlanRequest): Promise<RotationPlan> {
  const { keyApi, sinks, rotation, server } = request;
  const key = await keyApi.show(request.keyId);
  const profile = request.profileOf(key.provider);
  if (profile === undefined) {
    throw refused(
      `${key.id} is a key of ${key.provider}, which no profile describes; add it to keywarden.json`,
    );
  }
  if (key.state !== "active") throw refused(await describeEnd(keyApi, key));
  const capabilities = capabilitiesOf(profile, request.via);
  if (capabilities.procedure === "server-side" && request.graceSeconds !== undefined) {
    throw refused(
      `${profile.name} decides itself how long an old key works (${capabilities.graceSeconds} s), so --grace has no effect`,
    );
  }
  checkGrace(key, capabilities, request.endGrace);
  const isAlone = await checkSiblings(key, capabilities, keyApi);
  for (const sink of sinks) await sink.check();
  const isDated = key.secretCreatedAt !== "";
  const status = isDated ? rotationStatus(keyFactsOf(key), policyFor(profile), request.now()) : null;
  const graceSeconds = request.graceSeconds ?? capabilities.graceSeconds;
  return {
    capabilities,
    status,
    warnings: [
      ...warningsOf(profile, capabilities, sinks, graceSeconds),
      ...(request.via === "provider" ? limitsOf(profile, capabilities, key, isAlone) : []),
    ],
    fact: {
      type: "planned",
      version: 1,
      rotation,
      server,
      ...(request.via !== undefined && { via: request.via }),
      ...(request.callUrl !== undefined && { callUrl: request.callUrl }),
      ...(request.credential !== undefined && { credential: request.credential }),
      directory: request.directory,
      key: pick(key),
      contract: capabilities,
      graceSeconds,
      // Where the provider records which key replaces which, people read the name that they gave.
      successorName:
        keyApi.register === undefined ? successorName(key.name, key.id, rotation) : baseName(key.name),
      sinks: sinks.map(({ target }) => target),
    },
  };
}

async function describeEnd(keyApi: KeyApi, key: RotatableKey): Promise<string> {
  if (key.state === "disabled")
    return `${key.id} is disabled; enable it first: keywarden keys enable ${key.id}`;
  const successors = await findWorkingSuccessors(keyApi, key).catch(ifTold);
  return successors === undefined || successors.length === 0
    ? `${key.id} is ${key.state}; create a new key instead`
    : `${key.id} is ${key.state}, and ${successors.map(({ id }) => id).join(" and ")} replaced it: rotate that one, or add --follow`;
}

const ifTold = (error: unknown): undefined => {
  if (error instanceof RotationError && error.code === "ROTATION_CANNOT_TELL") return;
  throw error;
};

function checkGrace(key: RotatableKey, { procedure, maxLiveSecrets }: Capabilities, endGrace: boolean): void {
  if (procedure !== "server-side" || key.grace === null || endGrace || maxLiveSecrets > 2) return;
  throw refused(
    `the previous secret of ${key.id} is valid until ${key.grace.until}, and rotating again would end it immediately; wait, or add --end-grace`,
  );
}

/** A successor that is alive beside its key was left by an unfinished rotation, here or on another machine. False if unknown. */
async function checkSiblings(
  key: RotatableKey,
  { procedure }: Capabilities,
  keyApi: KeyApi,
): Promise<boolean> {
  if (procedure !== "create-deploy-revoke") return true;
  const sibling = await findSuccessor(key, keyApi).catch(ifTold);
  if (sibling === null || sibling === undefined) return sibling === null;
  const { id, name } = sibling;
  throw refused(
    `${id} (${name}) was created to replace ${key.id} and is still alive: finish that rotation with keywarden rotate --resume on the machine where it began, or run keywarden revoke ${id} if nothing uses it`,
  );
}

async function findSuccessor(key: RotatableKey, keyApi: KeyApi): Promise<RotatableKey | null> {
  const mark = ` ${successorMark(key.id)}`;
  for await (const other of keyApi.listActive(key)) {
    if (other.id !== key.id && (other.replaces === key.id || other.name.includes(mark))) return other;
  }
  return null;
}

function warningsOf(
  profile: ManagedProvider,
  { procedure, graceSeconds: stated }: Capabilities,
  sinks: readonly Sink[],
  graceSeconds: number,
): readonly string[] {
  const atOnce =
    procedure === "server-side" && stated === 0
      ? [
          `${profile.name} ends the old key at the moment of the rotation: programs that still use it get 401 until the new one arrives.`,
        ]
      : graceSeconds === 0
        ? [
            "The old key is revoked as soon as the new one works: programs that have not read the new one by then get 401. A longer grace period gives them time.",
          ]
        : [];
  const nowhere =
    sinks.length === 0 ? ["There is no sink for the new key: name at least one with --to."] : [];
  return [...nowhere, ...atOnce];
}

/** What the provider's API leaves in the dark, and what that means for this rotation. */
function limitsOf(
  profile: ManagedProvider,
  capabilities: Capabilities,
  key: RotatableKey,
  isAlone: boolean,
): readonly string[] {
  const { procedure, permissions, restrictions, idempotencyKey } = capabilities;
  const isOwnKey = procedure === "create-deploy-revoke";
  const dialect = dialectOf(profile.dialect);
  const hidden = [
    ...(permissions || !dialect.permissions.carriers.includes(key.kind) ? [] : ["permissions"]),
    ...(restrictions || key.restrictions !== undefined || dialect.restrictions.length === 0
      ? []
      : ["restrictions"]),
  ];
  const canFind = isOwnKey ? isAlone : key.generation > 0;
  return [
    ...(isOwnKey && hidden.length > 0
      ? [
          `${profile.name}'s list does not always show a key's ${hidden.join(" and ")}, and shows none here: if the old key has any, set them on the new one at the provider.`,
        ]
      : []),
    ...(isAlone
      ? []
      : [`It is unknown whether an earlier rotation of ${key.id} left a key behind: check at the provider.`]),
    ...(canFind || idempotencyKey || (!isOwnKey && key.lastFour !== "")
      ? []
      : [
          "If the provider's answer is lost at the critical moment, its outcome cannot be determined: the rotation then stops as orphaned and says where to look.",
        ]),
  ];
}

// Only what a rotation needs goes into the journal, whatever else the provider answers.
function pick(key: RotatableKey): FactOf<"planned">["key"] {
  return {
    id: key.id,
    provider: key.provider,
    name: key.name,
    kind: key.kind,
    environment: key.environment,
    prefix: key.prefix,
    lastFour: key.lastFour,
    generation: key.generation,
    state: key.state,
    createdAt: key.createdAt,
    secretCreatedAt: key.secretCreatedAt,
    lastUsedAt: key.lastUsedAt,
    trackingSince: key.trackingSince,
    expiresAt: key.expiresAt,
    revokedAt: key.revokedAt,
    grace: key.grace,
    owner: key.owner,
    tags: key.tags,
    permissions: key.permissions,
    ...(key.restrictions !== undefined && { restrictions: key.restrictions }),
    ...(key.metadata !== undefined && { metadata: key.metadata }),
  };
}

function refused(message: string): RotationError {
  return new RotationError("ROTATION_REFUSED", message);
}
