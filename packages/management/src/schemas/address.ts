import { isIP, isIPv4, isIPv6 } from "node:net";

/**
 * Reads an address as proxies and sockets write it, with or without a port: `10.1.2.3:443`, `[2001:db8::1]:443`,
 * `[2001:db8::1]`. Gives the address alone, and null for any other text.
 */
export function readAddress(text: string): string | null {
  if (isIP(text) !== 0) return text;
  const [, bracketed, bare, port = "0"] = /^(?:\[([^[\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (Number(port) > 65_535) return null;
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed : null;
  return bare !== undefined && isIPv4(bare) ? bare : null;
}
