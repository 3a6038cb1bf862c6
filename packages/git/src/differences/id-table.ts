/** Numbers ids, from zero on, in the order in which they come. */
export interface IdTable {
  count(): number;
  /** Gives the number of the id that begins here, a new one where there is none. */
  numberOf(bytes: Buffer, at: number): number;
  /** Gives the id in hex. */
  idOf(number: number): string;
}

/** Makes a table of binary ids of one size, in flat memory: a history has hundreds of thousands. */
export function makeIdTable(hashBytes: number): IdTable {
  let ids = Buffer.allocUnsafeSlow(1024 * hashBytes);
  let leads = new Int32Array(1024);
  let slots = new Int32Array(2 * leads.length).fill(-1);
  let count = 0;
  const isSame = (number: number, bytes: Buffer, at: number): boolean => {
    const own = number * hashBytes;
    for (let index = 4; index < hashBytes; index += 1)
      if (ids[own + index] !== bytes[at + index]) return false;
    return true;
  };
  const grow = (): void => {
    const [oldIds, oldLeads] = [ids, leads];
    ids = Buffer.allocUnsafeSlow(2 * oldIds.length);
    ids.set(oldIds);
    leads = new Int32Array(2 * oldLeads.length);
    leads.set(oldLeads);
    slots = new Int32Array(2 * leads.length).fill(-1);
    for (let number = 0; number < count; number += 1) {
      let slot = (leads[number] ?? 0) & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number;
    }
  };
  return {
    count: () => count,
    idOf: (number) => ids.toString("hex", number * hashBytes, (number + 1) * hashBytes),
    numberOf(bytes, at) {
      // An id is a hash already.
      const lead =
        ((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0);
      let slot = lead & (slots.length - 1);
      for (let number = slots[slot] ?? -1; number !== -1; number = slots[slot] ?? -1) {
        if (leads[number] === lead && isSame(number, bytes, at)) return number;
        slot = (slot + 1) & (slots.length - 1);
      }
      const number = count;
      ids.set(bytes.subarray(at, at + hashBytes), number * hashBytes);
      leads[number] = lead;
      slots[slot] = number;
      count += 1;
      if (count === leads.length) grow();
      return number;
    },
  };
}
