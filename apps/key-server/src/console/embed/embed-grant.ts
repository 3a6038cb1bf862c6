import { environmentWordSchema, nameSchema } from "@keywarden/management";
import type { TokenLimits } from "@keywarden/storage";
import * as z from "zod";
import type { Person } from "../../auth/principal.ts";

export const embedActs = ["disable", "revoke"] as const;
export type EmbedAct = (typeof embedActs)[number];

/** Whose keys a link shows, and what may be done with them there. */
export const embedGrantSchema = z.object({
  /** Tenants of two providers may have one name, so a link is for those of one. */
  provider: z.string().min(1).max(100),
  tenant: nameSchema,
  /** The only keys of the tenant that it shows; all of them when absent. */
  environments: z.array(environmentWordSchema).min(1).max(3).optional(),
  /** Nothing when absent: the page then only shows. */
  may: z.array(z.enum(embedActs)).max(embedActs.length).default([]),
  /** Who looks at the page, for the audit. */
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{C}]+$/u)
    .default("somebody"),
});

export type EmbedGrant = z.output<typeof embedGrantSchema>;

/** The keys that a grant opens, as a token could be limited to them. */
function limitsOfGrant({ provider, tenant, environments }: EmbedGrant): TokenLimits {
  return {
    providers: [provider],
    tenants: [tenant],
    ...(environments !== undefined && { environments }),
  };
}

/** Who acts on the page, as the rights and the audit of the operator's routes know them. */
export function personOfGrant(grant: EmbedGrant): Person {
  const { provider, tenant, may, subject } = grant;
  return {
    type: "person",
    id: `embed:${provider}/${tenant}#${subject}`,
    // So that nobody there is mistaken for a person of the operator's.
    name: tenant,
    email: null,
    role: may.length === 0 ? "reader" : "responder",
    limits: limitsOfGrant(grant),
  };
}
