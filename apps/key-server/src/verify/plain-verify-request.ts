import { readAddress, type verifyRequestSchema } from "@keywarden/management";
import type { z } from "zod";

type VerifyFields = z.infer<typeof verifyRequestSchema>;

const isText = (value: unknown): boolean => typeof value === "string" && value.length <= 2000;
const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 100 && value.every(isText);
const areOf =
  (words: ReadonlySet<unknown>, most: number) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.length <= most && value.every((word) => words.has(word));

const fields: Readonly<Record<keyof VerifyFields, (value: unknown) => boolean>> = {
  key: (value) => typeof value === "string" && value.length <= 4000,
  sha256: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
  ip: (value) => isText(value) && readAddress(value as string) !== null,
  referrer: isText,
  method: isText,
  path: isText,
  provider: isText,
  kinds: areOf(new Set(["secret", "publishable", "restricted"]), 100),
  permission: isText,
  product: isText,
  tenant: isText,
  application: isText,
  projectTags: areTexts,
  unchecked: areOf(new Set(["tenant", "product", "projectTags"]), 3),
  cost: (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1_000_000,
};
const known = new Map<string, (value: unknown) => boolean>(Object.entries(fields));

/**
 * Reads one verification without the schema, which takes several times as long. Null is no answer: the schema then
 * says what is wrong, or finds that nothing is. What is read here the schema reads in the same way.
 */
export function readPlainVerifyRequest(text: string): VerifyFields | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  for (const name of Object.keys(value))
    if (known.get(name)?.(Reflect.get(value, name)) !== true) return null;
  const request = value as VerifyFields;
  if (request.key !== undefined && request.sha256 !== undefined) return null;
  return request.tenant !== undefined && request.application !== undefined ? null : request;
}
