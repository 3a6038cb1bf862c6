import { isDeepStrictEqual } from "node:util";
import { appendAudit } from "../audit/append-audit.ts";
import { canonicalJson, isList } from "../json/canonical-json.ts";
import type { Json, JsonObject } from "../json/json.ts";
import type { Session } from "../sql/session.ts";
import type { KeyTable } from "../sql/tables.ts";
import { StorageError } from "../storage-error.ts";
import { boundTo, endOf } from "./insert-key.ts";
import type { ChangeKey, ChangeResult, KeyChanges, StoredKey } from "./key-store.ts";
import { readKey } from "./rotate-key.ts";

export function changeKeyRow(session: Session, { id, changes, audit }: ChangeKey): Promise<ChangeResult> {
  return session.mutate(async (transaction) => {
    const nowMs = transaction.now();
    const before = await readKey(transaction, id, nowMs);
    if (before === null) return { ok: false, reason: "not-found" };
    const changed = differences(before, changes);
    if (Object.keys(changed).length === 0) return { ok: true, isChanged: false, key: before };
    await transaction.db
      .updateTable("keys")
      .set({ ...changedColumns(transaction, before, changes, audit.actor), revision: before.revision + 1 })
      .where("id", "=", id)
      .execute();
    await appendAudit(
      transaction,
      { subject: id, provider: before.provider, ...audit },
      { changes: changed, revision: before.revision + 1 },
    );
    const key = await readKey(transaction, id, nowMs);
    if (key === null) throw new StorageError("STORAGE_FAILED", `key ${id} vanished while it was changed`);
    return { ok: true, isChanged: true, key };
  });
}

function changedColumns(
  session: Session,
  before: StoredKey,
  changes: KeyChanges,
  actor: string,
): Partial<KeyTable> {
  const { name, owner, tags, permissions, metadata, expiresAtMs, isDisabled } = changes;
  const { guard } = session;
  const text = (value: string, part: string) => guard.checkText(value, `the key's ${part}`);
  const list = (value: readonly string[], part: string) =>
    canonicalJson(guard.checkJson(value, `the key's ${part}`));
  return {
    ...(name !== undefined && { name: text(name, "name") }),
    ...(owner !== undefined && { owner: owner === null ? null : text(owner, "owner") }),
    ...(tags !== undefined && { tags: list(tags, "tags") }),
    ...(permissions !== undefined && {
      permissions: permissions === null ? null : list(permissions, "permissions"),
    }),
    ...(metadata !== undefined && {
      metadata: canonicalJson(guard.checkJson(metadata, "the key's metadata")),
      tenant: boundTo(metadata, "tenant"),
      product: boundTo(metadata, "product"),
    }),
    ...(expiresAtMs !== undefined && {
      expires_at_ms: expiresAtMs,
      ends_at_ms: endOf(expiresAtMs, before.secret.validUntilMs),
    }),
    ...(isDisabled !== undefined && {
      disabled_at_ms: isDisabled ? (before.disabledAtMs ?? session.now()) : null,
      disabled_by: isDisabled ? (before.disabledBy ?? text(actor, "disabler")) : null,
    }),
  };
}

type Facts = Readonly<Record<string, Json | undefined>>;

/** Each field that is another one afterwards, with both values. */
function differences(before: StoredKey, { metadata, ...changes }: KeyChanges): JsonObject {
  const { name, owner, tags, permissions, expiresAtMs, disabledAtMs } = before;
  const plain = { name, owner, tags, permissions, expiresAtMs, isDisabled: disabledAtMs !== null };
  const isSame = metadata === undefined;
  const old: Facts = { ...plain, ...(isSame ? {} : membersOf(before.metadata)) };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const next: Facts = { ...plain, ...Object.fromEntries(given), ...(isSame ? {} : membersOf(metadata)) };
  const differing = [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((field) => {
    const [from = null, to = null] = [old[field], next[field]];
    return isDeepStrictEqual(from, to) ? [] : [[field, { from, to }] as const];
  });
  return Object.fromEntries(differing);
}

// The restrictions one by one, so that an entry says which of them changed.
function membersOf(metadata: JsonObject): Facts {
  const members = Object.entries(metadata).flatMap(([name, value = null]): [string, Json | undefined][] =>
    typeof value === "object" && value !== null && !isList(value)
      ? Object.entries(value).map(([member, one]) => [`${name}.${member}`, one])
      : [[name, value]],
  );
  return Object.fromEntries(members);
}
