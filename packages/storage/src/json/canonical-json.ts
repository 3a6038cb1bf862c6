import type { Json } from "./json.ts";
import { StorageError } from "../storage-error.ts";

/**
 * Writes a value the one way that every writer would: members in order of their UTF-16 code units, no white space.
 *
 * @throws StorageError STORAGE_BAD_VALUE for a number that JSON cannot hold
 */
export function canonicalJson(value: Json): string {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new StorageError("STORAGE_BAD_VALUE", `cannot store ${value}: JSON has no such number`);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.entries(value)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
