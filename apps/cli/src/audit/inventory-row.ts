import { deploymentOf, readTags, type KeySight } from "@keywarden/hygiene";
import { isCalendarDay, nearestWord, parseKey, redact, suggest, validateKey } from "@keywarden/key-format";
import type { Environment, KeyKind, ManagedProvider } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import { sha256 } from "@keywarden/repository-scan";
import type { InventoryKey } from "./audited-inventory.ts";
import { binds, isBindableBy } from "./bindable-by.ts";
import { flattenRecord } from "./flatten-record.ts";
import { isRecord } from "./is-record.ts";

const kinds: readonly KeyKind[] = ["secret", "publishable", "restricted"];
const environments: readonly Environment[] = ["production", "sandbox", "development"];

/**
 * Makes the reader of one row: JSON of a key, or a row of a table whose columns have the names of the JSON.
 *
 * Without `id`, `provider`, `createdAt` and either `kind` and `environment` or a known prefix it throws CLI_PATH.
 */
export function makeRowReader(
  file: string,
  providers: readonly ManagedProvider[],
): (values: Readonly<Record<string, unknown>>, where: string, line: number | null) => InventoryKey {
  return (given, where, line) => {
    const values = flattenRecord(given);
    const bad = (name: string, what: string): CliError =>
      new CliError("CLI_PATH", `The inventory ${file} cannot be used: ${where}, ${name} ${what}.`);
    const text = (name: string): string | null => {
      const value = values[name] ?? null;
      if (value === null || value === "") return null;
      if (typeof value === "string" && value.length <= 4096) return value;
      throw bad(name, "must be a text");
    };
    const needed = (name: string): string => {
      const value = text(name);
      if (value === null) throw bad(name, "is missing");
      return value;
    };
    const instant = (name: string): number | null => {
      const value = text(name);
      if (value === null) return null;
      const atMs = isoInstant.test(value) && isCalendarDay(value) ? Date.parse(value) : Number.NaN;
      if (Number.isNaN(atMs)) throw bad(name, "must be a time such as 2026-01-31T10:20:30Z");
      return atMs;
    };
    const list = (name: string): readonly string[] | undefined => {
      const value = values[name];
      if (value === undefined || value === null) return undefined;
      if (typeof value === "string" && value.startsWith("[")) {
        const items = parseList(value);
        if (items !== null) return items;
        throw bad(name, "must be a list of texts");
      }
      if (typeof value === "string")
        return value
          .split(/[;|]/)
          .map((item) => item.trim())
          .filter(Boolean);
      if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
      throw bad(name, "must be a list of texts");
    };
    const choice = <Name extends string>(name: string, names: readonly Name[], otherwise?: Name): Name => {
      const value = text(name) ?? otherwise ?? needed(name);
      const found = names.find((candidate) => candidate === value);
      if (found !== undefined) return found;
      throw bad(name, `must be ${names.join(", ")}${suggest(nearestWord(value, names))}`);
    };

    const whole = text("key");
    const shown = readShown(whole, text("prefix"), text("lastFour"), providers);
    const createdAtMs = instant("createdAt");
    if (createdAtMs === null) throw bad("createdAt", "is missing");
    const tags = list("tags") ?? [];
    const tagged = readTags(tags);
    const bounds = parsedBounds(values["restrictions"]);
    const permissions = list("permissions");
    const isBindable = isBindableBy(providers.find(({ id }) => id === values["provider"]));
    const restrictions = readRestrictions(bounds, list, permissions, isBindable && "generation" in values);
    const { grace } = values;
    const graceUntil =
      isRecord(grace) && typeof grace["until"] === "string" ? Date.parse(grace["until"]) : null;
    const owner = "owner" in values ? text("owner") : undefined;
    const tenant =
      text("tenant") ?? (isRecord(bounds) && typeof bounds["tenant"] === "string" ? bounds["tenant"] : null);
    const fingerprint = text("fingerprint") ?? shown.fingerprint;
    const replacedAtMs = instant("replacedAt");
    const seenBy = list("seenBy")?.map((member): KeySight => ({ member, how: "read", atMs: null }));
    const deployedIn = list("deployedIn")?.map((word) => {
      const deployment = deploymentOf(word);
      if (deployment === null)
        throw bad("deployedIn", "must be production, staging, development, test or ci");
      return deployment;
    });
    const kind = choice("kind", kinds, shown.kind);
    const environment = choice("environment", environments, shown.environment);
    return {
      facts: {
        id: needed("id"),
        provider: needed("provider"),
        kind,
        environment,
        createdAtMs,
        secretCreatedAtMs: instant("secretCreatedAt") ?? createdAtMs,
        lastUsedAtMs: instant("lastUsedAt"),
        trackingSinceMs: instant("trackingSince"),
        expiresAtMs: instant("expiresAt"),
        revokedAtMs: instant("revokedAt"),
        graceUntilMs: instant("graceUntil") ?? graceUntil,
        ...(owner === undefined ? {} : { owner }),
        ...(seenBy === undefined ? {} : { seenBy }),
        ...(tenant === null ? {} : { tenant }),
        ...(restrictions === undefined ? {} : { restrictions }),
        tags,
        services: [...(list("services") ?? []), ...tagged.services],
        deployedIn: [...(deployedIn ?? []), ...tagged.deployedIn],
        ...(replacedAtMs === null ? {} : { replacedAtMs }),
        ...(fingerprint === null ? {} : { fingerprint: fingerprint.toLowerCase() }),
      },
      name: text("name") ?? "",
      redacted: shown.redacted,
      label: text("label") ?? shown.label ?? environment,
      tags,
      permissions: permissions ?? null,
      line,
    };
  };
}

// A table holds them as JSON.
function parsedBounds(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function parseList(text: string): readonly string[] | null {
  try {
    const items: unknown = JSON.parse(text);
    return Array.isArray(items) && items.every((item) => typeof item === "string") ? items : null;
  } catch {
    return null;
  }
}

const isoInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

function readRestrictions(
  bounds: unknown,
  list: (name: string) => readonly string[] | undefined,
  permissions: readonly string[] | undefined,
  isServers: boolean,
): readonly string[] | undefined {
  const own = permissions === undefined ? [] : ["permissions"];
  if (isRecord(bounds)) return [...Object.keys(bounds).filter(binds), ...own];
  if (typeof bounds === "string") return [...(bounds === "none" ? [] : (list("restrictions") ?? [])), ...own];
  if (Array.isArray(bounds)) return [...(list("restrictions") ?? []), ...own];
  // The server leaves restrictions out of a key that is bound to nothing, and always tells permissions.
  return isServers || own.length > 0 ? own : undefined;
}

function readShown(
  whole: string | null,
  prefix: string | null,
  lastFour: string | null,
  providers: readonly ManagedProvider[],
): {
  readonly redacted: string;
  readonly fingerprint: string | null;
  readonly kind?: KeyKind;
  readonly environment?: Environment;
  readonly label?: string;
} {
  const start = whole ?? prefix ?? "";
  // Any body will do: only the prefix is asked for.
  const sort = parseKey(`${start.split("…")[0] ?? ""}a`, providers);
  const known = sort.ok ? { kind: sort.kind, environment: sort.environment, label: sort.label } : {};
  if (whole === null || whole.includes("…")) {
    return { redacted: whole ?? `${prefix ?? ""}…${lastFour ?? ""}`, fingerprint: null, ...known };
  }
  const isKey = validateKey(whole, { providers, sha256 }).status === "valid";
  return { redacted: redact(whole), fingerprint: isKey ? sha256(whole) : null, ...known };
}
