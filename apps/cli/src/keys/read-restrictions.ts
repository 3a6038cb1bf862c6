import type { Restrictions } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import type { Options } from "../options.ts";

/** Reads what a command line binds a key to; empty where it says nothing of that. */
export function readRestrictions({ lists, values }: Pick<Options, "lists" | "values">): Restrictions {
  const tenant = values.get("tenant") ?? values.get("application");
  const product = values.get("product");
  const ipRanges = lists.get("ip-range");
  const referrers = lists.get("referrer");
  const endpoints = lists.get("endpoint");
  const projectTags = lists.get("project-tag");
  const rateLimits = lists.get("rate-limit");
  if (values.has("tenant") && values.has("application"))
    throw new CliError(
      "CLI_USAGE",
      "A key belongs to a tenant or to an application: give one of --tenant, --application.",
    );
  return {
    ...(tenant !== undefined && { tenant }),
    ...(product !== undefined && { product }),
    ...(ipRanges !== undefined && { ipRanges }),
    ...(referrers !== undefined && { referrers }),
    ...(endpoints !== undefined && { endpoints }),
    ...(projectTags !== undefined && { projectTags }),
    ...(rateLimits !== undefined && { rateLimits: rateLimits.map(readRateLimit) }),
  };
}

/** Reads `name=text`, several times; absent where none is given. */
export function readMetadata({ lists }: Pick<Options, "lists">): Record<string, string> | undefined {
  const given = lists.get("metadata");
  if (given === undefined) return undefined;
  const members = given.map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new CliError(
      "CLI_USAGE",
      `--metadata ${JSON.stringify(text)} is not name=text, such as team=billing.`,
    );
  });
  return Object.fromEntries(members);
}

/** Reads when a key ends; a date alone is its first moment, UTC. */
export function readExpiry({ values }: Pick<Options, "values">): string | undefined {
  const text = values.get("expires");
  if (text === undefined) return undefined;
  const isMoment = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const atMs = isMoment ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
  throw new CliError(
    "CLI_USAGE",
    `--expires ${JSON.stringify(text)} is not a date such as 2027-01-31 or a moment such as 2027-01-31T10:00:00Z.`,
  );
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

function readRateLimit(text: string): { readonly requests: number; readonly windowSeconds: number } {
  const [, requests, count = "1", unit] = /^(\d{1,9})\/(\d{1,5})?([smhd])$/.exec(text) ?? [];
  if (requests === undefined || unit === undefined)
    throw new CliError(
      "CLI_USAGE",
      `--rate-limit ${JSON.stringify(text)} is not a limit such as 100/60s or 1000/1h.`,
    );
  return {
    requests: Number(requests),
    windowSeconds: Number(count) * secondsOf[unit as keyof typeof secondsOf],
  };
}
