import { isIP } from "node:net";

export interface AddressRange {
  readonly address: string;
  readonly family: 4 | 6;
  /** How many of the address's first bits are the same in the whole range. */
  readonly bits: number;
}

/**
 * Reads an address or a CIDR range such as `10.0.0.0/8`.
 *
 * @throws RangeError for any other text: `10.0.0.0/` is not the whole internet
 */
export function readRange(text: string): AddressRange {
  const [, address = "", written] = /^([^/]*)(?:\/(\d+))?$/.exec(text) ?? [];
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const bits = written === undefined ? width : Number(written);
  if ((family !== 4 && family !== 6) || bits > width)
    throw new RangeError(`${text.slice(0, 60)} is neither an IP address nor a range`);
  return { address, family, bits };
}
