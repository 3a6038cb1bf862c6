import { BlockList, isIP } from "node:net";
import { readRange } from "./read-range.ts";

export interface AddressList {
  /** Whether an address is in one of the ranges; text that is not an address is in none. */
  has(address: string): boolean;
}

/**
 * Reads addresses and CIDR ranges. An IPv4 address that comes as `::ffff:10.0.0.1` is in 10.0.0.0/8.
 *
 * @throws RangeError for text that is not a range
 */
export function makeAddressList(ranges: readonly string[]): AddressList {
  const list = new BlockList();
  for (const { address, family, bits } of ranges.map(readRange))
    list.addSubnet(address, bits, nameOf(family));
  return {
    has: (address) => {
      const family = isIP(address);
      // Without its family a check counts every address as IPv4.
      return family !== 0 && list.check(address, nameOf(family));
    },
  };
}

function nameOf(family: number): "ipv4" | "ipv6" {
  return family === 4 ? "ipv4" : "ipv6";
}
