import type { Restrictions } from "@keywarden/management";
import { CliError } from "../../cli-error.ts";
import { isCalendarDay } from "@keywarden/key-format";
import type { RestrictionFlags } from "../../flags/restriction-flags.ts";

/** Reads what a command line binds a key to; empty where it says nothing of that. */
export function readRestrictionFlags(flags: RestrictionFlags): Restrictions {
  const { tenant, application, product, ipRange, referrer, endpoint, projectTag, rateLimit } = flags;
  if (tenant !== undefined && application !== undefined)
    throw new CliError(
      "CLI_USAGE",
      "A key belongs to a tenant or to an application: give one of --tenant, --application.",
    );
  const owning = tenant ?? application;
  return {
    ...(owning !== undefined && { tenant: owning }),
    ...(product !== undefined && { product }),
    ...(ipRange.length > 0 && { ipRanges: ipRange }),
    ...(referrer.length > 0 && { referrers: referrer }),
    ...(endpoint.length > 0 && { endpoints: endpoint }),
    ...(projectTag.length > 0 && { projectTags: projectTag }),
    ...(rateLimit.length > 0 && { rateLimits: rateLimit.map(readRateLimit) }),
  };
}

/** Reads `name=text`, several times; absent where none is given. */
export function readMetadata({
  metadata: given,
}: Pick<RestrictionFlags, "metadata">): Record<string, string> | undefined {
  if (given.length === 0) return undefined;
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
export function readExpiry({ expires: text }: Pick<RestrictionFlags, "expires">): string | undefined {
  if (text === undefined) return undefined;
  const isMoment = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const atMs = isMoment && isCalendarDay(text) ? Date.parse(text) : Number.NaN;
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
