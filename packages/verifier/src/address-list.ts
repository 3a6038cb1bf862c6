import { BlockList, isIP } from "node:net";

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
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = familyOf(address);
    if (family === null) throw new RangeError(`${range.slice(0, 60)} is neither an IP address nor a range`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return {
    has: (address) => {
      const family = familyOf(address);
      // Without its family a check counts every address as IPv4.
      return family !== null && list.check(address, family);
    },
  };
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const family = isIP(address);
  if (family === 0) return null;
  return family === 4 ? "ipv4" : "ipv6";
}
