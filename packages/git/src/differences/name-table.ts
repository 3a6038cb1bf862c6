/** Numbers names, from zero on, in the order in which they come. */
export interface NameTable {
  /** Gives the number of the name that stands here, a new one where there is none. */
  numberOf(bytes: Buffer, from: number, end: number): number;
  nameOf(number: number): Buffer;
}

/** Makes a table of the names of folders: few, and each met a thousand times, so that no string is made of them. */
export function makeNameTable(): NameTable {
  const names: Buffer[] = [];
  const hashes: number[] = [];
  let slots = new Int32Array(4096).fill(-1);
  const isSame = (number: number, bytes: Buffer, from: number, end: number): boolean => {
    const name = names[number];
    if (name === undefined || name.length !== end - from) return false;
    for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[from + at]) return false;
    return true;
  };
  const grow = (): void => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    for (const [number, hash] of hashes.entries()) {
      let slot = hash & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number;
    }
  };
  return {
    nameOf: (number) => names[number] ?? Buffer.alloc(0),
    numberOf(bytes, from, end) {
      let hash = 0;
      for (let at = from; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
      // The low bits of a sum of few characters say little.
      hash ^= hash >>> 15;
      let slot = hash & (slots.length - 1);
      for (let number = slots[slot] ?? -1; number !== -1; number = slots[slot] ?? -1) {
        if (hashes[number] === hash && isSame(number, bytes, from, end)) return number;
        slot = (slot + 1) & (slots.length - 1);
      }
      const number = names.length;
      names.push(Buffer.from(bytes.subarray(from, end)));
      hashes.push(hash);
      slots[slot] = number;
      if (2 * names.length > slots.length) grow();
      return number;
    },
  };
}
