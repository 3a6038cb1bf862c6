import * as z from "zod";
import {
  rateLimitSchema,
  restrictionsSchema,
  type RateLimit,
  type Restrictions,
} from "../schemas/restrictions.ts";

const { ipRanges, referrers, endpoints, product, tenant, projectTags } = restrictionsSchema.shape;

const { requests, windowSeconds } = rateLimitSchema.shape;
const rateLimitWords = z.strictObject({ requests, window_seconds: windowSeconds });
type RateLimitWords = z.infer<typeof rateLimitWords>;

/** Restrictions in the words of the documents that write snake_case; each dialect takes those it needs. */
export const restrictionSchemas = {
  product,
  ip_ranges: ipRanges,
  referrers,
  endpoints,
  rate_limits: z.array(rateLimitWords).min(1).max(5).readonly().optional(),
  tenant_id: tenant,
  application_id: tenant,
  project_tags: projectTags,
};

interface Words {
  readonly product?: string | undefined;
  readonly ip_ranges?: readonly string[] | undefined;
  readonly referrers?: readonly string[] | undefined;
  readonly endpoints?: readonly string[] | undefined;
  readonly rate_limits?: readonly RateLimitWords[] | undefined;
  readonly tenant_id?: string | undefined;
  readonly application_id?: string | undefined;
  readonly project_tags?: readonly string[] | undefined;
}

/** Reads them; absent when the request names none. */
export function readRestrictions(words: Words): { readonly restrictions?: Restrictions } {
  const restrictions = compact({
    product: words.product,
    ipRanges: words.ip_ranges,
    referrers: words.referrers,
    endpoints: words.endpoints,
    rateLimits: words.rate_limits?.map(readRateLimit),
    tenant: words.tenant_id ?? words.application_id,
    projectTags: words.project_tags,
  });
  return Object.keys(restrictions).length === 0 ? {} : { restrictions };
}

/** Writes them; what a dialect has no word for stays out, and the other side refuses what it does not know. */
export function writeRestrictions(restrictions: Restrictions | undefined): Words {
  return compact({
    product: restrictions?.product,
    ip_ranges: restrictions?.ipRanges,
    referrers: restrictions?.referrers,
    endpoints: restrictions?.endpoints,
    rate_limits: restrictions?.rateLimits?.map(writeRateLimit),
    tenant_id: restrictions?.tenant,
    project_tags: restrictions?.projectTags,
  });
}

const readRateLimit = ({ requests, window_seconds }: RateLimitWords): RateLimit => ({
  requests,
  windowSeconds: window_seconds,
});

const writeRateLimit = ({ requests, windowSeconds }: RateLimit): RateLimitWords => ({
  requests,
  window_seconds: windowSeconds,
});

function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}
