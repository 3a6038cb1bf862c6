import { meantOrKnown, redactWithin } from "@keywarden/key-format";
import { importedKeySchema, problemsOf, type ImportedKey as GivenKey } from "@keywarden/management";
import type { ImportedKey } from "@keywarden/storage";
import { choosePermissions } from "../restrictions/choose-permissions.ts";
import { chooseRestrictions } from "../restrictions/choose-restrictions.ts";
import { OWN_METADATA } from "./metadata-of.ts";
import { actorOf, type Caller } from "../auth/principal.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import { sha256 } from "../sha256.ts";

export type ReadKey =
  | { readonly ok: true; readonly key: ImportedKey }
  | { readonly ok: false; readonly message: string };

/** Clocks of servers differ; what happened later than this is a mistake. */
const skewMs = 60_000;

/** Makes of what was given a key as it will be stored; it is judged as if it were created now, but for its past. */
export function readImportedKey(context: ServerContext, caller: Caller, given: unknown): ReadKey {
  const parsed = importedKeySchema.safeParse(given);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error).map(({ path, message }) => `${path || "it"}: ${message}`);
    return wrong(problems.join("; "));
  }
  const input = parsed.data;
  const provider = context.providers.get(input.provider);
  if (provider === undefined) {
    const meant = meantOrKnown(input.provider, [...context.providers.keys()], "providers");
    return wrong(`provider: unknown provider ${JSON.stringify(input.provider)}.${meant}`);
  }
  const { profile } = provider;
  const kind = input.kind ?? "secret";
  const format = profile.formats.find(
    (one) =>
      one.kind === kind &&
      one.environment === input.environment &&
      (input.label === undefined || one.label === input.label),
  );
  if (format === undefined) {
    const label = input.label === undefined ? "" : ` called ${input.label}`;
    return wrong(`kind: ${profile.name} has no ${kind} keys in ${input.environment}${label}`);
  }
  if (holdsKey(input, context)) return wrong("a field of it holds what looks like a whole key");
  const key = complete(context, caller, { ...input, kind, label: format.label }, format.prefix);
  const problem = problemOf(key, context.storage.now()) ?? foreignPrefix(key, provider);
  if (problem !== null) return wrong(problem);
  return judge(provider, caller, { ...input, kind }, key);
}

function judge(provider: MountedProvider, caller: Caller, input: GivenKey, key: ImportedKey): ReadKey {
  const { principal } = caller;
  const { environment, restrictions, permissions: wanted } = input;
  const permissions =
    wanted === null
      ? ({ ok: true, value: null } as const)
      : choosePermissions(provider.dialect, key.kind, wanted, principal);
  if (!permissions.ok) return wrong(`permissions: ${permissions.refusal.message}`);
  const bound = chooseRestrictions(provider, { environment, restrictions }, principal);
  if (!bound.ok) return wrong(`restrictions: ${bound.refusal.message}`);
  const metadata = {
    ...(Object.keys(bound.value).length > 0 && { restrictions: bound.value }),
    ...(input.metadata !== undefined && { [OWN_METADATA]: input.metadata }),
  };
  return { ok: true, key: { ...key, permissions: permissions.value, metadata } };
}

function complete(
  context: ServerContext,
  caller: Caller,
  input: GivenKey & Pick<ImportedKey, "kind" | "label">,
  prefix: string,
): ImportedKey {
  const nowMs = context.storage.now();
  const createdAtMs = momentOf(input.createdAt) ?? nowMs;
  const createdBy = input.createdBy ?? actorOf(caller.principal);
  const secrets = input.secrets.map((secret, index) => {
    const madeMs = momentOf(secret.createdAt) ?? createdAtMs;
    return {
      generation: secret.generation ?? index + 1,
      sha256: secret.sha256,
      prefix: secret.prefix ?? prefix,
      lastFour: secret.lastFour ?? "",
      createdAtMs: madeMs,
      createdBy: secret.createdBy ?? createdBy,
      notBeforeMs: momentOf(secret.notBefore) ?? madeMs,
      validUntilMs: momentOf(secret.validUntil) ?? null,
      revokedAtMs: momentOf(secret.revokedAt) ?? momentOf(input.revokedAt) ?? null,
    };
  });
  const [first] = secrets;
  return {
    // The same hash gets the same id, so that an import that is done again finds its keys.
    id: input.id ?? `key_${sha256(`imported ${first?.sha256}`).slice(0, 32)}`,
    provider: input.provider,
    name: input.name,
    kind: input.kind,
    environment: input.environment,
    label: input.label,
    owner: input.owner ?? null,
    tags: input.tags ?? [],
    secrets,
    createdAtMs,
    createdBy,
    expiresAtMs: momentOf(input.expiresAt) ?? null,
    revokedAtMs: momentOf(input.revokedAt) ?? null,
    revokedBy: input.revokedBy ?? (typeof input.revokedAt === "string" ? createdBy : null),
    disabledAtMs: momentOf(input.disabledAt),
    disabledBy: input.disabledBy ?? (typeof input.disabledAt === "string" ? createdBy : null),
    replaces: input.replaces ?? null,
    lastUsedAtMs: momentOf(input.lastUsedAt) ?? null,
    lastDeniedAtMs: momentOf(input.lastDeniedAt) ?? null,
    // Nobody here has watched it before now, unless the one who exports it did.
    trackingSinceMs: momentOf(input.trackingSince) ?? nowMs,
  };
}

function problemOf(key: ImportedKey, nowMs: number): string | null {
  const { secrets } = key;
  const past = [key.createdAtMs, key.revokedAtMs, key.lastUsedAtMs, key.lastDeniedAtMs, key.trackingSinceMs];
  if (
    [...past, ...secrets.map(({ createdAtMs }) => createdAtMs)].some((atMs) => (atMs ?? 0) > nowMs + skewMs)
  )
    return "something of it happens in the future; check its times and this server's clock";
  if (key.revokedBy !== null && key.revokedAtMs === null) return "revokedBy: it is not revoked";
  for (const [index, secret] of secrets.entries()) {
    const next = secrets[index + 1];
    if (next === undefined) continue;
    if (next.generation <= secret.generation) return "secrets: their generations do not go up";
    const mayLive = next.generation === secret.generation + 1 && index === secrets.length - 2;
    const isOver =
      secret.revokedAtMs !== null || (secret.validUntilMs !== null && secret.validUntilMs <= nowMs);
    if (!isOver && !(mayLive && secret.validUntilMs !== null))
      return "secrets: an older one has no end; only the one before the current one may still be valid, for a while";
  }
  return null;
}

// A prefix that another provider's keys have would make the inventory lie about where a key works.
function foreignPrefix(key: ImportedKey, { profile }: MountedProvider): string | null {
  const known = profile.formats
    .filter(({ kind, environment }) => kind === key.kind && environment === key.environment)
    .map(({ prefix }) => prefix);
  const foreign = key.secrets.find(({ prefix }) => !known.includes(prefix));
  return foreign === undefined
    ? null
    : `secrets: ${key.kind} keys in ${key.environment} begin with ${known.join(" or ")}`;
}

function holdsKey(input: GivenKey, { secretFormats }: ServerContext): boolean {
  const { name, owner, tags = [], permissions, createdBy, revokedBy } = input;
  const own = Object.values(input.metadata ?? {});
  const texts = [
    name,
    owner,
    createdBy,
    revokedBy,
    input.disabledBy,
    input.replaces,
    ...own,
    ...tags,
    ...(permissions ?? []),
  ];
  return texts.some((text) => typeof text === "string" && redactWithin(text, secretFormats) !== text);
}

function momentOf(instant: string | null | undefined): number | null {
  return typeof instant === "string" ? Date.parse(instant) : null;
}

const wrong = (message: string): ReadKey => ({ ok: false, message: message.slice(0, 500) });
