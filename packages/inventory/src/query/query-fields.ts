import type { KeyRow } from "../key-row.ts";

export interface QueryField {
  /** What the field of a key holds. */
  readonly read: (row: KeyRow) => readonly string[];
  /** The only values that make sense; absent where people choose them. */
  readonly values?: readonly string[];
  /** Shorter ways to write one of them. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** The fields of `field:value`. */
export const queryFields: Readonly<Record<string, QueryField>> = {
  status: {
    read: ({ rotation }) => [rotation.state],
    values: ["fresh", "due", "overdue", "in-grace", "revoked", "expired"],
    aliases: { grace: "in-grace" },
  },
  usage: {
    read: ({ usage }) => [usage.state],
    values: ["active", "dormant", "never-used", "unknown"],
    aliases: { never: "never-used" },
  },
  state: { read: ({ told }) => [told.state], values: ["active", "disabled", "revoked", "expired"] },
  env: {
    read: ({ told }) => [told.environment, told.label],
    values: ["production", "sandbox", "development", "live", "prod", "test", "sand", "dev"],
  },
  kind: { read: ({ told }) => [told.kind], values: ["secret", "publishable", "restricted"] },
  provider: { read: ({ told }) => [told.provider] },
  tag: { read: ({ told }) => told.tags },
  owner: { read: ({ told }) => [told.owner ?? ""] },
  name: { read: ({ told }) => [told.name] },
  id: { read: ({ told }) => [told.id] },
};

/** The fields of `field<span` and `field>span`, in milliseconds; null never matches. */
export const spanFields: Readonly<Record<string, (row: KeyRow, nowMs: number) => number | null>> = {
  /** Of the current secret. */
  age: ({ secretCreatedAtMs }, nowMs) => nowMs - secretCreatedAtMs,
  used: ({ lastUsedAtMs }, nowMs) => (lastUsedAtMs === null ? null : nowMs - lastUsedAtMs),
  /** Since the last use, or since the key was created. */
  unused: ({ facts }, nowMs) => nowMs - (facts.lastUsedAtMs ?? facts.createdAtMs),
  /** Until the key ends by itself, which can be in the past. */
  expires: ({ facts }, nowMs) => (facts.expiresAtMs === null ? null : facts.expiresAtMs - nowMs),
};

export const spanUnitsMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
