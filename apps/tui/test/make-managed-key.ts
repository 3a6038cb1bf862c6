import type { ManagedKey } from "@keywarden/management";

export const nowMs = Date.UTC(2026, 10, 20, 12);
const dayMs = 86_400_000;

const iso = (momentMs: number): string => new Date(momentMs).toISOString();

/** Makes a key as the operator API tells it; `ageDays` and `unusedDays` count back from `nowMs`. */
export function makeManagedKey(
  given: Partial<ManagedKey> & { readonly ageDays?: number; readonly unusedDays?: number | null } = {},
): ManagedKey {
  const { ageDays = 10, unusedDays = 1, ...rest } = given;
  const createdAt = iso(nowMs - ageDays * dayMs);
  return {
    id: "key-1",
    provider: "aforo",
    name: "payments",
    kind: "secret",
    environment: "production",
    label: "live",
    prefix: ["sk", "live", ""].join("_"),
    lastFour: "a1b2",
    generation: 3,
    state: "active",
    createdAt,
    secretCreatedAt: createdAt,
    lastUsedAt: unusedDays === null ? null : iso(nowMs - unusedDays * dayMs),
    trackingSince: iso(nowMs - 400 * dayMs),
    expiresAt: null,
    revokedAt: null,
    grace: null,
    owner: null,
    tags: [],
    permissions: null,
    ...rest,
  };
}

const providers = ["aforo", "aero2", "example", "azotte", "aurora-solar"];
const environments = ["production", "sandbox", "development"] as const;
const subjects = [
  "payments",
  "ledger",
  "search",
  "mailer",
  "checkout",
  "reports",
  "billing-export",
  "status-page",
];

/** Makes an inventory of `count` keys in every state, the same one each time. */
export function makeInventory(count: number): readonly ManagedKey[] {
  return Array.from({ length: count }, (_, index) => {
    const base = makeManagedKey({
      ageDays: (index * 37) % 140,
      unusedDays: index % 9 === 0 ? null : (index * 13) % 120,
    });
    return {
      ...base,
      id: `key-${String(index).padStart(6, "0")}`,
      name: `${subjects[index % subjects.length]}-${index}`,
      provider: providers[index % providers.length] ?? "aforo",
      environment: environments[index % 3] ?? "production",
      lastFour: index.toString(36).padStart(4, "0").slice(-4),
      generation: 1 + (index % 4),
      tags: index % 4 === 0 ? ["core"] : [],
      ...(index % 11 === 5 ? { state: "revoked" as const, revokedAt: iso(nowMs - 3 * dayMs) } : {}),
      ...(index % 17 === 3
        ? { grace: { until: iso(nowMs + 240_000 + index * 1000), remainingSeconds: 240 + index } }
        : {}),
    };
  });
}
