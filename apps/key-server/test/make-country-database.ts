import { isIPv4 } from "node:net";

/** Writes a database of IPv4 countries in MaxMind's format (version 2.0, records of 24 bits). */
export function makeCountryDatabase(countries: Readonly<Record<string, string>>): Buffer {
  type Node = [Node | string | null, Node | string | null];
  const root: Node = [null, null];
  for (const [range, country] of Object.entries(countries)) {
    const [address = "", bits = "32"] = range.split("/");
    if (!isIPv4(address)) throw new RangeError(`${address} is not IPv4`);
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    let node = root;
    for (let depth = 0; depth < Number(bits); depth += 1) {
      const side = Math.floor(value / 2 ** (31 - depth)) % 2 === 0 ? 0 : 1;
      if (depth === Number(bits) - 1) node[side] = country;
      else {
        const next = node[side];
        node = Array.isArray(next) ? next : (node[side] = [null, null]);
      }
    }
  }
  const nodes: Node[] = [];
  const number = (node: Node): void => {
    nodes.push(node);
    for (const side of node) if (Array.isArray(side)) number(side);
  };
  number(root);
  const data: Buffer[] = [];
  const offsets = new Map<string, number>();
  for (const country of new Set(Object.values(countries))) {
    offsets.set(country, Buffer.concat(data).length);
    data.push(encode({ country: { iso_code: country } }));
  }
  const records = nodes.flat().map((side) => {
    const value =
      side === null
        ? nodes.length
        : typeof side === "string"
          ? nodes.length + 16 + (offsets.get(side) ?? 0)
          : nodes.indexOf(side);
    return Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
  });
  const description = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    database_type: "Test-Country",
    ip_version: 4,
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.from("\u{ab}\u{cd}\u{ef}MaxMind.com", "latin1");
  return Buffer.concat([...records, Buffer.alloc(16), ...data, marker, description]);
}

/** Texts shorter than 29 bytes, numbers of 32 bits, and maps of less than 29 of these. */
function encode(value: string | number | object): Buffer {
  if (typeof value === "string")
    return Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
  if (typeof value === "number") {
    const bytes = Buffer.from([0xc4, 0, 0, 0, 0]);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  const members = Object.entries(value);
  return Buffer.concat([
    Buffer.from([0xe0 | members.length]),
    ...members.flatMap(([name, member]) => [encode(name), encode(member as string)]),
  ]);
}
