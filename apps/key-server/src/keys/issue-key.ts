import { randomUUID } from "node:crypto";
import { findFormat, type Environment, type KeyKind } from "@keywarden/key-format";
import type { KeyMetadata, Restrictions } from "@keywarden/management";
import { isDuplicate, type NewAuditEntry, type NewKey } from "@keywarden/storage";
import { choosePermissions } from "../restrictions/choose-permissions.ts";
import { chooseRestrictions } from "../restrictions/choose-restrictions.ts";
import { actorOf, limitsOf, originOf, type Caller } from "../auth/principal.ts";
import { describeLimits, isWithin } from "../auth/token-limits.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { claimSuccession } from "./claim-succession.ts";
import { OWN_METADATA } from "./metadata-of.ts";
import { refuseSecondOfTenant } from "./one-per-tenant.ts";
import { makeSecret, ownKeyTaken, type SecretDelivery } from "./make-secret.ts";
import { repeatCreate, type IssueOutcome } from "./repeat-create.ts";
import {
  inFlight,
  readIdempotencyKey,
  REPEATABLE_FOR_MS,
  type RepeatableRequest,
} from "./repeatable-request.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import { viewKey } from "./view-key.ts";

export interface IssueKey {
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly permissions?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly expiresAtMs?: number | undefined;
  readonly restrictions?: Restrictions | undefined;
  readonly metadata?: KeyMetadata | undefined;
  readonly replaces?: string | undefined;
  /** The rotation in progress that makes it. */
  readonly rotation?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly delivery: SecretDelivery;
}

/** Makes a key; of one sender's requests with the same Idempotency-Key only the first one does. */
export async function issueKey(
  context: ServerContext,
  provider: MountedProvider,
  caller: Caller,
  input: IssueKey,
): Promise<Outcome<IssueOutcome>> {
  const read = readIdempotencyKey(
    input.idempotencyKey,
    caller.principal,
    "create",
    whatIsAsked(provider.profile.id, input),
  );
  if (!read.ok) return read;
  const repeatable = read.value;
  if (repeatable === null) return makeKey(context, provider, caller, input, null);
  const { id } = repeatable;
  const existing = await context.storage.keys.getKey(idOf(repeatable));
  if (existing !== null) return repeatCreate(context, existing, repeatable, input.delivery);
  if (context.inFlight.has(id)) return inFlight();
  context.inFlight.add(id);
  try {
    return await makeKey(context, provider, caller, input, repeatable);
  } catch (error) {
    // Another process did it between our look and our write: the id is taken there for the same reason.
    const made = isDuplicate(error) ? await context.storage.keys.getKey(idOf(repeatable)) : null;
    if (made === null) throw error;
    return repeatCreate(context, made, repeatable, input.delivery);
  } finally {
    context.inFlight.delete(id);
  }
}

function whatIsAsked(provider: string, { idempotencyKey: _header, delivery, ...wanted }: IssueKey) {
  const entries = Object.entries(wanted).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return [provider, entries, ...(delivery.as === "text" ? [] : [delivery.header])];
}

// The id itself remembers the request, for as long as there is the key.
function idOf(repeatable: RepeatableRequest): string {
  return `key_${repeatable.id.slice(0, 32)}`;
}

/** Makes a key. Its plaintext exists only in the value returned here; what is stored is its SHA-256. */
async function makeKey(
  context: ServerContext,
  provider: MountedProvider,
  caller: Caller,
  input: IssueKey,
  repeatable: RepeatableRequest | null,
): Promise<Outcome<IssueOutcome>> {
  const { profile, dialect } = provider;
  const { principal } = caller;
  const format = findFormat(profile, { kind: input.kind, environment: input.environment });
  if (format === undefined) {
    const known = profile.formats.map(({ kind, environment }) => `${kind} in ${environment}`).join(", ");
    return refuse(
      "BAD_REQUEST",
      `${profile.name} has no ${input.kind} keys in ${input.environment}; it has ${known}`,
    );
  }
  if (principal.type === "key" && principal.key.environment !== input.environment) {
    return refuse(
      "FORBIDDEN",
      `a ${principal.key.environment} key cannot create a ${input.environment} key; ` +
        `use a key of the ${input.environment} environment`,
    );
  }
  if (principal.type === "key" && principal.isInGrace === true) {
    return refuse(
      "FORBIDDEN",
      "this is the old secret of a rotated key and creates no keys, which would outlive its grace period; use the current key",
    );
  }
  const limits = limitsOf(principal);
  const { tenant: wantedTenant } = input.restrictions ?? {};
  const wanted = { provider: profile.id, environment: input.environment, tenant: wantedTenant };
  if (limits !== null && !isWithin(limits, wanted))
    return refuse("FORBIDDEN", `this token is limited to ${describeLimits(limits)}, and the key is outside`);
  const permissions = choosePermissions(dialect, input.kind, input.permissions, principal);
  if (!permissions.ok) return permissions;
  const restrictions = chooseRestrictions(provider, input, principal);
  if (!restrictions.ok) return restrictions;
  if (input.expiresAtMs !== undefined && input.expiresAtMs <= context.storage.now()) {
    return refuse("BAD_REQUEST", "expiresAt is in the past; give a later time or leave it out");
  }

  const made = makeSecret(format, input.delivery, context.randomBytes);
  if (!made.ok) return made;
  const { stored, answered, sealed } = made.value;
  const id = repeatable === null ? `key_${randomUUID().replaceAll("-", "")}` : idOf(repeatable);
  const key: NewKey = {
    id,
    provider: profile.id,
    name: input.name,
    kind: format.kind,
    environment: format.environment,
    label: format.label,
    secret: stored,
    owner: input.owner ?? null,
    tags: input.tags ?? [],
    permissions: permissions.value,
    metadata: {
      ...(Object.keys(restrictions.value).length > 0 && { restrictions: restrictions.value }),
      ...(input.metadata !== undefined && { [OWN_METADATA]: input.metadata }),
      ...(repeatable !== null && { createRequest: repeatable.request }),
    },
    replaces: input.replaces ?? null,
    // A key that ends cannot leave behind one that outlives it.
    expiresAtMs: input.expiresAtMs ?? (principal.type === "key" ? principal.key.expiresAtMs : null),
  };
  const audit: NewAuditEntry = {
    action: "key.created",
    actor: actorOf(principal),
    subject: id,
    provider: profile.id,
    details: {
      ...originOf(caller),
      name: input.name,
      kind: format.kind,
      environment: format.environment,
      ...(input.replaces !== undefined && { replaces: input.replaces }),
      ...(input.delivery.as !== "text" && { delivery: input.delivery.as }),
    },
  };
  const { tenant = null } = restrictions.value;
  const { kind, environment } = format;
  try {
    // In one transaction, so that of two requests at the same moment only one finds no key of the tenant's.
    return await context.storage.transaction(async ({ keys, requests, rotations }) => {
      const alone = await refuseSecondOfTenant(keys, provider, { kind, environment }, tenant);
      if (!alone.ok) return alone;
      const claimed = await claimSuccession({ keys, rotations }, principal, provider, { ...input, id });
      if (!claimed.ok) return claimed;
      const created = await keys.createKey(key, audit);
      if (repeatable !== null && sealed !== null) {
        const expiresAtMs = created.asOfMs + REPEATABLE_FOR_MS;
        await requests.remember({ ...repeatable, keyId: id, generation: 1, sealed, expiresAtMs });
      }
      return done({ key: viewKey(created), secret: answered, isRepeat: false });
    });
  } catch (error) {
    const isOwnTaken =
      isDuplicate(error) && input.delivery.as === "own" && (await context.storage.keys.getKey(id)) === null;
    if (isOwnTaken) return ownKeyTaken();
    throw error;
  }
}
