import { readTags, type KeySight } from "@keywarden/hygiene";
import type { ManagedProvider } from "@keywarden/key-format";
import type { InventoryClient, ManagedKey } from "@keywarden/management";
import { successorMark, successorMarkOf } from "@keywarden/rotation";
import { keyFactsOf } from "@keywarden/rotation/key-facts";
import type { InventoryKey } from "./audited-inventory.ts";
import { binds, isBindableBy } from "./bindable-by.ts";

const pageSize = 1000;

/** Reads every key of a keywarden-server; with `withSights` also who made and rotated each, from its audit. */
export async function readFromServer(
  client: InventoryClient,
  profileOf: (id: string) => ManagedProvider | undefined,
  { withSights }: { readonly withSights: boolean },
): Promise<readonly InventoryKey[]> {
  const sights = withSights ? await readSights(client) : undefined;
  const keys: InventoryKey[] = [];
  const replaced = new Map<string, string>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.list(cursor === undefined ? { limit: pageSize } : { limit: pageSize, cursor });
    keys.push(...page.keys.map((key) => inventoryKeyOf(key, profileOf(key.provider), sights)));
    for (const { id, replaces } of page.keys) if (replaces !== null) replaced.set(id, replaces);
    cursor = page.nextCursor;
  }
  return withSuccessors(keys, replaced);
}

function withSuccessors(
  keys: readonly InventoryKey[],
  replacedBy: ReadonlyMap<string, string>,
): readonly InventoryKey[] {
  const madeAtMs = new Map<string, number>();
  for (const { name, facts } of keys) {
    // The name tells it of keys that were made before the server recorded what they replace.
    const mark = facts.revokedAtMs === null ? (replacedBy.get(facts.id) ?? successorMarkOf(name)) : null;
    if (mark === null) continue;
    madeAtMs.set(mark, Math.min(madeAtMs.get(mark) ?? Infinity, facts.createdAtMs));
  }
  if (madeAtMs.size === 0) return keys;
  return keys.map((key) => {
    const replacedAtMs = madeAtMs.get(key.facts.id) ?? madeAtMs.get(successorMark(key.facts.id));
    return replacedAtMs === undefined ? key : { ...key, facts: { ...key.facts, replacedAtMs } };
  });
}

function inventoryKeyOf(
  key: ManagedKey,
  profile: ManagedProvider | undefined,
  sights: ReadonlyMap<string, readonly KeySight[]> | undefined,
): InventoryKey {
  const { restrictions: bounds = {}, permissions, tags } = key;
  const isBindable = isBindableBy(profile) || permissions !== null;
  const { tenant } = bounds;
  return {
    facts: {
      ...keyFactsOf(key),
      owner: key.owner,
      ...(sights === undefined ? {} : { seenBy: sights.get(key.id) ?? [] }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(isBindable && {
        restrictions: [
          ...Object.keys(bounds).filter(binds),
          ...(permissions === null ? [] : ["permissions"]),
        ],
      }),
      tags,
      ...readTags(tags),
    },
    name: key.name,
    redacted: `${key.prefix}…${key.lastFour}`,
    label: key.label,
    tags,
    permissions,
    line: null,
  };
}

const verbs: Readonly<Record<string, string>> = { "key.created": "made", "key.rotated": "rotated" };

/** Gives who had which key before them: the answer that makes a secret is the only one that shows it. */
async function readSights(client: InventoryClient): Promise<ReadonlyMap<string, readonly KeySight[]>> {
  const sights = new Map<string, KeySight[]>();
  for (let after: number | null = 0; after !== null;) {
    const page = await client.audit({ after, limit: pageSize });
    for (const { action, actor, subject, at } of page.entries) {
      const how = Object.hasOwn(verbs, action) ? verbs[action] : undefined;
      if (how === undefined || subject === null) continue;
      const sight = { member: actor.replace(/^token:/, ""), how, atMs: Date.parse(at) };
      const known = sights.get(subject);
      if (known === undefined) sights.set(subject, [sight]);
      else known.push(sight);
    }
    after = page.nextAfter;
  }
  return sights;
}
