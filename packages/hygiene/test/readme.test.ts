import { expect, it } from "vitest";
import { example } from "@keywarden/key-format";
import { policyFor, rotationStatus, type KeyFacts } from "@keywarden/hygiene";

it("does what the README shows", () => {
  const madeAtMs = Date.parse("2026-01-01T00:00:00Z");
  const key: KeyFacts = {
    id: "key_1",
    provider: "example",
    kind: "secret",
    environment: "production",
    createdAtMs: madeAtMs,
    secretCreatedAtMs: madeAtMs,
    lastUsedAtMs: null,
    trackingSinceMs: madeAtMs,
    expiresAtMs: null,
    revokedAtMs: null,
    graceUntilMs: null,
  };
  expect(rotationStatus(key, policyFor(example), Date.parse("2026-04-01T00:00:00Z"))).toEqual({
    state: "overdue",
    sinceMs: Date.parse("2026-04-01T00:00:00Z"),
  });
});
