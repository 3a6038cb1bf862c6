import type { KeyKind, ManagedProvider } from "@keywarden/key-format";
import { dialectOf, type Dialect, type Restrictions } from "@keywarden/management";
import { CliError } from "../../cli-error.ts";
import type { RestrictionFlags } from "../../flags/restriction-flags.ts";

type Bound = keyof Restrictions;

/** The flag for each thing that a key can be bound to. */
const flagOf = {
  tenant: "tenant",
  product: "product",
  ipRanges: "ip-range",
  referrers: "referrer",
  endpoints: "endpoint",
  projectTags: "project-tag",
  rateLimits: "rate-limit",
} as const satisfies Readonly<Record<Bound, string>>;

/** Gives the flags that bind a key of a provider, in the words of its dialect. */
export function bindingFlags({ restrictions, tenantWord }: Dialect): readonly string[] {
  return restrictions.map((bound) => `--${bound === "tenant" ? (tenantWord ?? "tenant") : flagOf[bound]}`);
}

/**
 * Refuses what keys of the provider cannot be bound to, in the words of the command line.
 *
 * @throws CliError
 */
export function checkBinding(
  profile: ManagedProvider | undefined,
  wanted: Restrictions,
  { application }: Pick<RestrictionFlags, "application">,
): void {
  // Of a provider that is not known here the server says it.
  if (profile === undefined) return;
  const dialect = dialectOf(profile.dialect);
  const known = bindingFlags(dialect);
  const given = (Object.keys(wanted) as Bound[]).map((bound) =>
    bound === "tenant" && application !== undefined ? "--application" : `--${flagOf[bound]}`,
  );
  const foreign = given.filter(
    // What a provider calls an application is a tenant to the others, so either word is understood.
    (flag) => !known.includes(flag) && !(isTenant(flag) && dialect.restrictions.includes("tenant")),
  );
  if (foreign.length === 0) return;
  const takes = known.length === 0 ? "they are bound by permissions alone" : `they take ${known.join(", ")}`;
  throw new CliError("CLI_USAGE", `Keys of ${profile.name} take no ${foreign.join(", ")}; ${takes}.`);
}

const isTenant = (flag: string): boolean => flag === "--tenant" || flag === "--application";

/**
 * Reads a kind by its own name or by the provider's word for it.
 *
 * @throws CliError
 */
export function readKind(profile: ManagedProvider | undefined, word: KeyKind | "standard"): KeyKind {
  if (word !== "standard") return word;
  const words = profile === undefined ? {} : (dialectOf(profile.dialect).kindWords ?? {});
  const kind = (Object.keys(words) as KeyKind[]).find((one) => words[one] === word);
  if (kind !== undefined) return kind;
  const kinds = [...new Set(profile?.formats.map((format) => words[format.kind] ?? format.kind))].join(", ");
  throw new CliError(
    "CLI_USAGE",
    `--kind ${word} is not a kind of ${profile?.name ?? "a provider that is known here"}${kinds === "" ? "" : `; there are ${kinds}`}.`,
  );
}
