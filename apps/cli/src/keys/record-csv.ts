import type { KeyRecord } from "@keywarden/management";
import { nearestWord, suggest } from "@keywarden/key-format";

type Cell = readonly [column: string, read: (record: KeyRecord) => string];

const json = (value: unknown): string => JSON.stringify(value);
const current = ({ secrets }: KeyRecord) => secrets.at(-1);

const columns: readonly Cell[] = [
  ["id", ({ id }) => id],
  ["provider", ({ provider }) => provider],
  ["name", ({ name }) => name],
  ["kind", ({ kind }) => kind],
  ["environment", ({ environment }) => environment],
  ["label", ({ label }) => label],
  ["owner", ({ owner }) => owner ?? ""],
  ["tags", ({ tags }) => (tags.length === 0 ? "" : json(tags))],
  ["permissions", ({ permissions }) => json(permissions)],
  ["restrictions", ({ restrictions }) => (restrictions === undefined ? "" : json(restrictions))],
  ["created_at", ({ createdAt }) => createdAt],
  ["created_by", ({ createdBy }) => createdBy],
  ["expires_at", ({ expiresAt }) => expiresAt ?? ""],
  ["revoked_at", ({ revokedAt }) => revokedAt ?? ""],
  ["revoked_by", ({ revokedBy }) => revokedBy ?? ""],
  ["last_used_at", ({ lastUsedAt }) => lastUsedAt ?? ""],
  ["last_denied_at", ({ lastDeniedAt }) => lastDeniedAt ?? ""],
  ["tracking_since", ({ trackingSince }) => trackingSince],
  ["generation", (record) => String(current(record)?.generation ?? "")],
  ["sha256", (record) => current(record)?.sha256 ?? ""],
  ["prefix", (record) => current(record)?.prefix ?? ""],
  ["last_four", (record) => current(record)?.lastFour ?? ""],
  ["secret_created_at", (record) => current(record)?.createdAt ?? ""],
  ["secret_created_by", (record) => current(record)?.createdBy ?? ""],
  ["secret_not_before", (record) => current(record)?.notBefore ?? ""],
  ["secret_valid_until", (record) => current(record)?.validUntil ?? ""],
  ["secret_revoked_at", (record) => current(record)?.revokedAt ?? ""],
  ["older_secrets", ({ secrets }) => (secrets.length === 1 ? "" : json(secrets.slice(0, -1)))],
];

export const recordColumns: readonly string[] = columns.map(([column]) => column);

export function recordCells(record: KeyRecord): readonly string[] {
  return columns.map(([, read]) => read(record));
}

/** Says what is wrong with the names of the columns of a file; null when every one is known. */
export function problemOfColumns(names: readonly string[]): string | null {
  const unknown = names.find((name) => !recordColumns.includes(name));
  if (unknown === undefined) {
    if (!names.includes("sha256")) return "the column sha256 is missing";
    return new Set(names).size === names.length ? null : "a column is given twice";
  }
  const hint = suggest(nearestWord(unknown, recordColumns), `columns are ${recordColumns.join(", ")}`);
  return `unknown column ${JSON.stringify(unknown)}${hint}`;
}

/**
 * Makes of a row what a server is asked to import. Empty cells are left out.
 *
 * @throws SyntaxError for a cell that ought to be JSON and is not
 */
export function rowFromCells(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const given = new Map(names.map((name, index) => [name, cells[index] ?? ""]));
  const text = (name: string) => (given.get(name) === "" ? undefined : given.get(name));
  const parsed = (name: string) => {
    const cell = text(name);
    return cell === undefined ? undefined : (JSON.parse(cell) as unknown);
  };
  const listed = (name: string) => {
    const cell = text(name);
    if (cell === undefined || cell.startsWith("[") || cell === "null") return parsed(name);
    return cell
      .split(";")
      .map((part) => part.trim())
      .filter(Boolean);
  };
  const generation = text("generation");
  const secret = defined({
    generation: generation === undefined ? undefined : Number(generation),
    sha256: text("sha256"),
    prefix: text("prefix"),
    lastFour: text("last_four"),
    createdAt: text("secret_created_at"),
    createdBy: text("secret_created_by"),
    notBefore: text("secret_not_before"),
    validUntil: text("secret_valid_until"),
    revokedAt: text("secret_revoked_at"),
  });
  const older = parsed("older_secrets");
  return defined({
    id: text("id"),
    provider: text("provider"),
    name: text("name"),
    kind: text("kind"),
    environment: text("environment"),
    label: text("label"),
    owner: text("owner"),
    tags: listed("tags"),
    permissions: listed("permissions"),
    restrictions: parsed("restrictions"),
    createdAt: text("created_at"),
    createdBy: text("created_by"),
    expiresAt: text("expires_at"),
    revokedAt: text("revoked_at"),
    revokedBy: text("revoked_by"),
    lastUsedAt: text("last_used_at"),
    lastDeniedAt: text("last_denied_at"),
    trackingSince: text("tracking_since"),
    secrets: [...(Array.isArray(older) ? (older as unknown[]) : []), secret],
  });
}

export function defined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
