import type { ManagedProvider } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import * as fc from "fast-check";

const instant = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }).map((atMs) => new Date(atMs).toISOString());

const hexDigit = fc.constantFrom(...Array.from("0123456789abcdef"));

const facts = fc.record({
  id: fc.array(hexDigit, { minLength: 32, maxLength: 32 }).map((digits) => `key_${digits.join("")}`),
  name: fc.oneof(fc.string({ minLength: 1, maxLength: 100 }), fc.constantFrom("Schlüssel", "鍵", "🔑")),
  lastFour: fc.array(hexDigit, { minLength: 4, maxLength: 4 }).map((digits) => digits.join("")),
  generation: fc.integer({ min: 1, max: 1000 }),
  state: fc.constantFrom("active", "revoked", "expired"),
  createdAt: instant,
  secretCreatedAt: instant,
  lastUsedAt: fc.option(instant),
  trackingSince: instant,
  expiresAt: fc.option(instant),
  revokedAt: fc.option(instant),
  disabledAt: fc.option(instant),
  revision: fc.nat(),
  replaces: fc.option(fc.string()),
  grace: fc.option(fc.record({ until: instant, remainingSeconds: fc.nat(86_400) })),
  owner: fc.option(fc.string()),
  tags: fc.array(fc.string()),
  permissions: fc.option(fc.array(fc.string())),
});

/** Any key that a provider can have issued. */
export function arbitraryKey(provider: ManagedProvider): fc.Arbitrary<ManagedKey> {
  return fc
    .tuple(facts, fc.constantFrom(...provider.formats))
    .map(([key, { prefix, kind, environment, label }]) => ({
      ...key,
      provider: provider.id,
      prefix,
      kind,
      environment,
      label,
    }));
}
