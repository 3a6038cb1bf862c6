import { randomUUID } from "node:crypto";
import { findFormat, generateKey, type Environment, type KeyKind } from "@keywarden/key-format";
import type { IssuedKey, Restrictions } from "@keywarden/management";
import { StorageError, type NewAuditEntry, type NewKey } from "@keywarden/storage";
import { choosePermissions } from "./choose-permissions.ts";
import { chooseRestrictions } from "./choose-restrictions.ts";
import { actorOf, type Caller } from "./principal.ts";
import { done, refuse, type Outcome } from "./refusal.ts";
import { findTenantsKey } from "./find-tenants-key.ts";
import { answerRepeated, readIdempotencyKey, type RepeatableCreate } from "./repeated-create.ts";
import { newSecret } from "./new-secret.ts";
import type { MountedProvider, ServerContext } from "./server-context.ts";
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
  readonly idempotencyKey?: string | undefined;
}

/** Makes a key; of one sender's requests with the same Idempotency-Key only the first one does. */
export async function issueKey(
  context: ServerContext,
  provider: MountedProvider,
  caller: Caller,
  input: IssueKey,
): Promise<Outcome<IssuedKey>> {
  if (input.idempotencyKey === undefined) return makeKey(context, provider, caller, input, null);
  const repeat = readIdempotencyKey(input.idempotencyKey, caller.principal, provider.profile.id, input);
  if (!repeat.ok) return repeat;
  const { id } = repeat.value;
  const existing = await context.storage.keys.getKey(id);
  if (existing !== null) return answerRepeated(existing, repeat.value);
  if (context.creating.has(id)) {
    return refuse("IDEMPOTENCY_IN_FLIGHT", "the same request is being done now; ask again in a moment");
  }
  context.creating.add(id);
  try {
    return await makeKey(context, provider, caller, input, repeat.value);
  } catch (error) {
    // Another process did it between our look and our write: the id is taken there for the same reason.
    const made = isDuplicate(error) ? await context.storage.keys.getKey(id) : null;
    if (made === null) throw error;
    return answerRepeated(made, repeat.value);
  } finally {
    context.creating.delete(id);
  }
}

/** Makes a key. Its plaintext exists only in the value returned here; what is stored is its SHA-256. */
async function makeKey(
  context: ServerContext,
  provider: MountedProvider,
  caller: Caller,
  input: IssueKey,
  repeat: RepeatableCreate | null,
): Promise<Outcome<IssuedKey>> {
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
  const permissions = choosePermissions(dialect.permissions, input.kind, input.permissions, principal);
  if (!permissions.ok) return permissions;
  const restrictions = chooseRestrictions(provider, input, principal);
  if (!restrictions.ok) return restrictions;
  if (input.expiresAtMs !== undefined && input.expiresAtMs <= context.storage.now()) {
    return refuse("BAD_REQUEST", "expiresAt is in the past; give a later time or leave it out");
  }

  const secret = generateKey(format, context.randomBytes);
  const id = repeat?.id ?? `key_${randomUUID().replaceAll("-", "")}`;
  const key: NewKey = {
    id,
    provider: profile.id,
    name: input.name,
    kind: format.kind,
    environment: format.environment,
    label: format.label,
    secret: newSecret(secret, format),
    owner: input.owner ?? null,
    tags: input.tags ?? [],
    permissions: permissions.value,
    metadata: {
      ...(Object.keys(restrictions.value).length > 0 && { restrictions: restrictions.value }),
      ...(repeat !== null && { createRequest: repeat.request }),
    },
    // A key that ends cannot leave behind one that outlives it.
    expiresAtMs: input.expiresAtMs ?? (principal.type === "key" ? principal.key.expiresAtMs : null),
  };
  const audit: NewAuditEntry = {
    action: "key.created",
    actor: actorOf(principal),
    subject: id,
    provider: profile.id,
    details: {
      ip: caller.ip,
      requestId: caller.requestId,
      name: input.name,
      kind: format.kind,
      environment: format.environment,
    },
  };
  if (dialect.onePerTenant !== format.kind) {
    return done({ key: viewKey(await context.storage.keys.createKey(key, audit)), secret });
  }
  const { tenant } = restrictions.value;
  const wanted = { provider: profile.id, kind: format.kind, environment: format.environment, tenant };
  // In one transaction, so that of two requests at the same moment only one finds none.
  return context.storage.transaction(async ({ keys }) => {
    const existing = await findTenantsKey(keys, wanted);
    if (existing === null) return done({ key: viewKey(await keys.createKey(key, audit)), secret });
    return refuse(
      "KEY_EXISTS",
      `the tenant has its one ${format.environment} key of this kind: ${existing.id}; rotate it, or revoke it first`,
    );
  });
}

function isDuplicate(error: unknown): boolean {
  return error instanceof StorageError && error.code === "STORAGE_DUPLICATE";
}
