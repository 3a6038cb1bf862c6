/** A key that keeps to every rule on 2026-11-21. */
export const good = {
  id: "key_good",
  provider: "example",
  name: "shop",
  kind: "secret",
  environment: "production",
  label: "live",
  prefix: "sk_live_",
  lastFour: "a1b2",
  createdAt: "2026-11-01T00:00:00.000Z",
  secretCreatedAt: "2026-11-01T00:00:00.000Z",
  lastUsedAt: "2026-11-20T00:00:00.000Z",
  trackingSince: "2026-11-01T00:00:00.000Z",
  expiresAt: null,
  revokedAt: null,
  grace: null,
  owner: "ben",
  tags: ["env:production", "service:shop"],
  permissions: null,
  restrictions: { ipRanges: ["10.0.0.0/8"] },
};

export const overdue = {
  ...good,
  id: "key_old",
  name: "old",
  secretCreatedAt: "2026-08-01T00:00:00.000Z",
  createdAt: "2026-08-01T00:00:00.000Z",
};
export const revoked = { ...overdue, id: "key_dead", revokedAt: "2026-11-01T00:00:00.000Z" };
