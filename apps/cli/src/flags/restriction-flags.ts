import { defineFlags, type FlagValues } from "@keywarden/command-line";

/** What a key is bound to; which of them a provider's keys have is said by the server that refuses the others. */
export const restrictionFlags = defineFlags({
  tenant: { kind: "text", value: "id", summary: "the tenant that the key belongs to" },
  application: {
    kind: "text",
    value: "id",
    summary: "the application that the key belongs to, if the provider has applications",
  },
  product: { kind: "text", value: "id", summary: "the product that the key is for" },
  "ip-range": { kind: "list", value: "range", summary: "address or range that may send the key" },
  referrer: { kind: "list", value: "origin", summary: "origin of pages that may send the key" },
  endpoint: { kind: "list", value: "rule", summary: 'what the key may call, such as "GET /v1/users/*"' },
  "project-tag": { kind: "list", value: "tag", summary: "projects that the key may see" },
  "rate-limit": { kind: "list", value: "limit", summary: "requests in a time, such as 100/60s or 1000/1h" },
  metadata: { kind: "list", value: "name=text", summary: "a note about the key, as name=text" },
  expires: { kind: "text", value: "when", summary: "date or moment at which the key ends, UTC" },
});
export type RestrictionFlags = FlagValues<typeof restrictionFlags>;
