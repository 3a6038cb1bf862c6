import type { Restrictions } from "@keywarden/management";

/** One thing that a key can be bound to. */
export type RestrictionName = keyof Restrictions;

interface RestrictionWords {
  readonly label: string;
  /** What it can look like. */
  readonly example: string;
  readonly hint?: string;
  /** The flag of `keywarden keys edit` that sets it, without its dashes. */
  readonly flag: string;
}

/** What everybody who edits a key calls what it is bound to. */
export const restrictionWords: Readonly<Record<RestrictionName, RestrictionWords>> = {
  ipRanges: { label: "IP ranges", example: "10.0.0.0/8, 203.0.113.7", flag: "ip-range" },
  referrers: { label: "Referrer URLs", example: "https://app.example.com", flag: "referrer" },
  endpoints: {
    label: "API endpoints",
    example: "GET /v1/users/*",
    hint: "A method and a path; * stands for one segment.",
    flag: "endpoint",
  },
  rateLimits: { label: "Rate limit", example: "600/60", hint: "Requests / seconds.", flag: "rate-limit" },
  product: { label: "Product scope", example: "metering", flag: "product" },
  tenant: { label: "Tenant", example: "tenant_prod_xyz789", flag: "tenant" },
  projectTags: { label: "Project tags", example: "roof, pilot", flag: "project-tag" },
};

/** Writes one restriction as a person edits it; empty where there is none. */
export function writeRestriction(now: Restrictions, name: RestrictionName): string {
  return restrictionParts(now, name).join(", ");
}

/** Each part of one restriction by itself, as a person and a flag write it. */
export function restrictionParts(
  now: { readonly [Name in RestrictionName]?: Restrictions[Name] | null },
  name: RestrictionName,
): readonly string[] {
  if (name === "rateLimits")
    return (now.rateLimits ?? []).map(({ requests, windowSeconds }) => `${requests}/${windowSeconds}`);
  const value = now[name];
  return value === undefined || value === null ? [] : typeof value === "string" ? [value] : value;
}

/**
 * Reads what a person wrote, by commas; null for nothing, which restricts nothing. What is not understood is given as it
 * is, for the schema to refuse.
 */
export function readRestriction(name: RestrictionName, text: string): unknown {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) return null;
  if (name === "product" || name === "tenant") return text.trim();
  if (name !== "rateLimits") return parts;
  return parts.map((part) => {
    const [, requests, count = "1", unit = "s"] = /^(\d{1,10})\/(\d{1,5})?([smhd])?$/.exec(part) ?? [];
    return requests === undefined
      ? part
      : {
          requests: Number(requests),
          windowSeconds: Number(count) * secondsOf[unit as keyof typeof secondsOf],
        };
  });
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
