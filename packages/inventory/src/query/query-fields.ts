import type { JudgedKey } from "../judge-key.ts";

export interface QueryField {
  /** What the field of a key holds. */
  readonly read: (judged: JudgedKey) => readonly string[];
  /** The only values that make sense; absent where people choose them. */
  readonly values?: readonly string[];
}

/** The fields of `field:value`. */
export const queryFields: Readonly<Record<string, QueryField>> = {
  provider: { read: ({ key }) => [key.provider] },
  status: {
    read: ({ status }) => [status],
    values: ["fresh", "due", "overdue", "in-grace", "revoked", "expired", "unknown"],
  },
  usage: { read: ({ usage }) => [usage], values: ["active", "dormant", "never-used", "unknown"] },
  state: { read: ({ key }) => [key.state], values: ["active", "revoked", "expired"] },
  env: {
    read: ({ key }) => [key.environment, key.label],
    values: ["production", "sandbox", "development", "live", "prod", "test", "sand", "dev"],
  },
  kind: { read: ({ key }) => [key.kind], values: ["secret", "publishable", "restricted"] },
  tag: { read: ({ key }) => key.tags },
  owner: { read: ({ key }) => [key.owner ?? ""] },
};

/** The fields of `field<span` and `field>span`, in milliseconds; null never matches. */
export const spanFields: Readonly<Record<string, (judged: JudgedKey) => number | null>> = {
  age: ({ ageMs }) => ageMs,
  used: ({ usedAgoMs }) => usedAgoMs,
  unused: ({ unusedMs }) => unusedMs,
  expires: ({ expiresInMs }) => expiresInMs,
};
