import type { AddressList } from "./address-list.ts";

/**
 * Finds who sent a request: the right-most hop of `X-Forwarded-For` that is no trusted proxy. What a sender that is
 * no trusted proxy writes there counts for nothing.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trustedProxies: AddressList,
): string {
  if (forwardedFor === undefined || !trustedProxies.has(peer)) return peer;
  const hops = forwardedFor.split(",").map((hop) => hop.trim());
  return hops.findLast((hop) => !trustedProxies.has(hop)) ?? hops[0] ?? peer;
}
