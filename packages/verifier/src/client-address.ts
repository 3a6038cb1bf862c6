import { readAddress } from "@keywarden/management";
import type { AddressList } from "./address-list.ts";

/**
 * Finds who sent a request: the right-most hop of `X-Forwarded-For` that is not a trusted proxy. What any other
 * sender writes there is ignored.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trustedProxies: AddressList,
): string {
  if (forwardedFor === undefined || !trustedProxies.has(peer)) return peer;
  const hops = forwardedFor.split(",").map((hop) => readAddress(hop.trim()) ?? hop.trim());
  return hops.findLast((hop) => !trustedProxies.has(hop)) ?? hops[0] ?? peer;
}
