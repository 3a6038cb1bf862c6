import type { BoundTo, DenialCode, Restrictions } from "@keywarden/management";
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
    const isNamed = (bound: BoundTo): boolean =>
      request[bound] !== undefined || request.unchecked?.includes(bound) === true;
    if (product !== undefined) {
      if (!isNamed("product")) return "product-not-named";
      if (request.product !== undefined && request.product !== product) return "product-not-allowed";
    }
    if (tenant !== undefined) {
      if (!isNamed("tenant")) return "tenant-not-named";
      if (request.tenant !== undefined && request.tenant !== tenant) return "tenant-not-allowed";
    }
    if (projectTags !== undefined) {
      if (!isNamed("projectTags")) return "project-not-named";
      const asked = request.projectTags;
      if (asked !== undefined && !projectTags.some((tag) => asked.includes(tag)))
        return "project-not-allowed";
    }
    return null;
  };
}
