import type { DenialCode, Restrictions } from "@keywarden/management";
import { makeAddressList, type AddressList } from "./address-list.ts";
import { matchesEndpoint } from "./endpoint.ts";
import { matchesReferrer } from "./referrer.ts";
import type { VerifiableKey, VerifyRequest } from "./verdict.ts";

/** The first reason, in the documented order, why a live key may not do what is asked; null when it may. */
export function makeRestrictionCheck(): (
  key: VerifiableKey,
  restrictions: Restrictions,
  request: VerifyRequest,
) => DenialCode | null {
  const lists = new Map<string, AddressList>();
  const listOf = (ranges: readonly string[]): AddressList => {
    const id = ranges.join();
    let list = lists.get(id);
    if (list === undefined) {
      if (lists.size >= 10_000) lists.clear();
      lists.set(id, (list = makeAddressList(ranges)));
    }
    return list;
  };

  return (key, { ipRanges, referrers, endpoints, product, tenant, projectTags }, request) => {
    const { ip, referrer = null, method, path } = request;
    if (ipRanges !== undefined && (ip === null || !listOf(ipRanges).has(ip))) return "ip-not-allowed";
    if (referrers !== undefined && !matchesReferrer(referrers, referrer)) return "referrer-not-allowed";
    if (endpoints !== undefined && !matchesEndpoint(endpoints, method ?? "", path ?? ""))
      return "endpoint-not-allowed";
    if (request.kinds !== undefined && !request.kinds.includes(key.kind)) return "kind-not-allowed";
    const permission = request.permission ?? null;
    if (permission !== null && key.permissions !== null && !key.permissions.includes(permission))
      return "permission-missing";
    if (product !== undefined && request.product !== undefined && request.product !== product)
      return "product-not-allowed";
    if (tenant !== undefined && request.tenant !== undefined && request.tenant !== tenant)
      return "tenant-not-allowed";
    const asked = request.projectTags;
    if (projectTags !== undefined && asked !== undefined && !projectTags.some((tag) => asked.includes(tag)))
      return "project-not-allowed";
    return null;
  };
}
