import * as z from "zod";
import { endpointPattern, isIpRange, isOrigin, wordPattern } from "./restriction-rules.ts";

/** An address or a CIDR range, as `node:net` reads them: `010.1.2.3` and `10.1.2` are not valid. */
export const ipRangeSchema = z
  .string()
  .max(60)
  .refine(isIpRange, "must be an IP address or a range like 10.0.0.0/8");

const originSchema = z
  .string()
  .max(300)
  .refine(isOrigin, "must be an origin such as https://app.example.com, without a path");

const endpointSchema = z
  .string()
  .max(300)
  .regex(
    endpointPattern,
    'must be a method and a path such as "GET /v1/users/*"; * matches one segment, /** at the end all that follow',
  );

const wordSchema = z
  .string()
  .regex(wordPattern, "must be 1 to 100 letters, digits, dots, colons, dashes or underscores");

export const rateLimitSchema = z.strictObject({
  requests: z.int().min(1).max(1_000_000_000),
  windowSeconds: z.int().min(1).max(86_400),
});
export type RateLimit = z.infer<typeof rateLimitSchema>;

/** What a key is bound to beside its permissions. What is absent does not restrict; both secrets of a key share it. */
export const restrictionsSchema = z.strictObject({
  ipRanges: z.array(ipRangeSchema).min(1).max(100).readonly().optional(),
  /** Origins of pages that may send the key. A browser sends them truthfully; a program need not. */
  referrers: z.array(originSchema).min(1).max(100).readonly().optional(),
  endpoints: z.array(endpointSchema).min(1).max(100).readonly().optional(),
  rateLimits: z.array(rateLimitSchema).min(1).max(5).readonly().optional(),
  product: wordSchema.optional(),
  tenant: wordSchema.optional(),
  projectTags: z.array(wordSchema).min(1).max(100).readonly().optional(),
});
export type Restrictions = z.infer<typeof restrictionsSchema>;

const members = restrictionsSchema.shape;

/** Changes of them: a member that is null is lifted, one that is absent stays. */
export const restrictionChangesSchema = z.strictObject({
  ipRanges: members.ipRanges.nullable(),
  referrers: members.referrers.nullable(),
  endpoints: members.endpoints.nullable(),
  rateLimits: members.rateLimits.nullable(),
  product: members.product.nullable(),
  tenant: members.tenant.nullable(),
  projectTags: members.projectTags.nullable(),
});
export type RestrictionChanges = z.infer<typeof restrictionChangesSchema>;
