import type { JudgedKey } from "./key-filter.ts";
import { plainText } from "./plain-text.ts";

/** Renders keys as a table with a heading; wide values are not cut, so that lines can be searched. */
export function renderKeyLines(keys: readonly JudgedKey[]): string {
  const rows = [
    ["ID", "PROVIDER", "KEY", "ENVIRONMENT", "ROTATION", "USAGE", "LAST USED", "NAME"],
    ...keys.map(({ key, status, usage }) =>
      [
        key.id,
        key.provider,
        `${key.prefix}…${key.lastFour}`,
        key.environment,
        status,
        usage,
        key.lastUsedAt?.slice(0, 10) ?? "never",
        key.name,
      ].map(plainText),
    ),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return `${rows.map((row) => line(row).trimEnd()).join("\n")}\n`;
}

/** Renders everything about one key, a line for each fact. */
export function renderKey({ key, status, usage }: JudgedKey): string {
  const grace = key.grace === null ? "none" : `until ${key.grace.until} (${key.grace.remainingSeconds} s)`;
  const facts: readonly (readonly [string, string])[] = [
    ["id", key.id],
    ["name", key.name],
    ["provider", key.provider],
    ["key", `${key.prefix}…${key.lastFour}`],
    ["kind", key.kind],
    ["environment", `${key.environment} (${key.label})`],
    ["state", key.state],
    ["rotation", status],
    ["usage", usage],
    ["generation", String(key.generation)],
    ["created", key.createdAt],
    ["secret of", key.secretCreatedAt],
    ["last used", key.lastUsedAt ?? `not since ${key.trackingSince}`],
    ["older secret", grace],
    ["expires", key.expiresAt ?? "never"],
    ["revoked", key.revokedAt ?? "no"],
    ["owner", key.owner ?? "nobody is named"],
    ["tags", key.tags.join(", ")],
    ["bound to", key.restrictions === undefined ? "nothing" : JSON.stringify(key.restrictions)],
    ["permissions", key.permissions === null ? "all of its kind" : key.permissions.join(", ")],
  ];
  return facts
    .map(([name, value]) => `${name.padEnd(13)}${plainText(value)}`.trimEnd())
    .join("\n")
    .concat("\n");
}
