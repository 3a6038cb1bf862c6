import type { Environment, KeyKind } from "@keywarden/key-format";

/** A key as the operator API tells it. The type of the client itself is above this package. */
export interface TestManagedKey {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly prefix: string;
  readonly lastFour: string;
  readonly generation: number;
  readonly revision: number;
  readonly state: "active" | "disabled" | "revoked" | "expired";
  readonly createdAt: string;
  readonly secretCreatedAt: string;
  readonly lastUsedAt: string | null;
  readonly trackingSince: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly disabledAt: string | null;
  readonly replaces: string | null;
  readonly grace: { readonly until: string; readonly remainingSeconds: number } | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly permissions: readonly string[] | null;
}

/** The moment that the keys below are told at. */
export const inventoryNowMs = Date.UTC(2026, 10, 20, 12);
const dayMs = 86_400_000;

const iso = (momentMs: number): string => new Date(momentMs).toISOString();

/** Makes a key as the operator API tells it; `ageDays` and `unusedDays` count back from `inventoryNowMs`. */
export function makeManagedKey(
  given: Partial<TestManagedKey> & { readonly ageDays?: number; readonly unusedDays?: number | null } = {},
): TestManagedKey {
  const { ageDays = 10, unusedDays = 1, ...rest } = given;
  const createdAt = iso(inventoryNowMs - ageDays * dayMs);
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
    revision: 0,
    state: "active",
    createdAt,
    secretCreatedAt: createdAt,
    lastUsedAt: unusedDays === null ? null : iso(inventoryNowMs - unusedDays * dayMs),
    trackingSince: iso(inventoryNowMs - 400 * dayMs),
    expiresAt: null,
    revokedAt: null,
    disabledAt: null,
    replaces: null,
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
export function makeInventory(count: number): readonly TestManagedKey[] {
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
      ...(index % 11 === 5 ? { state: "revoked" as const, revokedAt: iso(inventoryNowMs - 3 * dayMs) } : {}),
      ...(index % 17 === 3
        ? { grace: { until: iso(inventoryNowMs + 240_000 + index * 1000), remainingSeconds: 240 + index } }
        : {}),
    };
  });
}
