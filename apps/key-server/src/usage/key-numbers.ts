import { widenColumn } from "./wide-column.ts";

/** Numbers for the ids of keys, so that whoever counts by key needs columns of numbers only. */
export interface KeyNumbers {
  /** 1 for the first id, and one more for each that is new. */
  numberOf(keyId: string): number;
  readonly idOf: (number: number) => string | undefined;
  /** Compares the ids of two numbers as texts, for a sort. */
  readonly compare: (one: number, other: number) => number;
  /** The highest number that was given; 0 at the beginning. */
  readonly highest: number;
}

/**
 * The numbers that all who count share, since a table of a hundred thousand ids takes some 3 MB. Who takes new ones at a
 * time of their own has a table of their own until the others do.
 */
export interface SharedKeyNumbers {
  current(): KeyNumbers;
  /** Begins new numbers; those before go with the last who has them. */
  renew(): void;
}

export function makeSharedKeyNumbers(): SharedKeyNumbers {
  let current = makeKeyNumbers();
  return { current: () => current, renew: () => void (current = makeKeyNumbers()) };
}

const FIRST_SLOTS = 1024;
const FIRST_BYTES = 16_384;
/** The ids that the server makes, of whose digits two fit a byte. */
const ownId = /^key_(?:[0-9a-f]{2}){4,60}$/;

/**
 * Ids lie one behind the other outside the heap, where they cost no collection of garbage; a table of numbers is searched
 * from where an id points to.
 */
function makeKeyNumbers(): KeyNumbers {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Where the id of a number ends, negative where it is one of ours; that of 0 has no length. */
  let ends = new Int32Array(FIRST_SLOTS);
  let slots = new Int32Array(FIRST_SLOTS);
  let highest = 0;
  // Who uses a key and who counts it ask one after the other.
  let last: { readonly id: string | null; readonly number: number } = { id: null, number: 0 };

  const endOf = (number: number): number => Math.abs(ends[number] ?? 0);
  const isOwn = (number: number): boolean => (ends[number] ?? 0) < 0;
  const idOf = (number: number): string | undefined => {
    if (number < 1 || number > highest) return undefined;
    const [from, to] = [endOf(number - 1), endOf(number)];
    return isOwn(number) ? `key_${bytes.toString("hex", from, to)}` : bytes.toString("utf8", from, to);
  };

  /** Where an id is in the table, or where it would have to go. */
  const slotOf = (keyId: string): number => {
    const mask = slots.length - 1;
    for (let slot = hashOf(keyId) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] ?? 0;
      if (number === 0 || idOf(number) === keyId) return slot;
    }
  };

  const widen = (): void => {
    slots = new Int32Array(2 * slots.length);
    for (let number = 1; number <= highest; number += 1) slots[slotOf(idOf(number) ?? "")] = number;
  };

  const add = (keyId: string): number => {
    const from = endOf(highest);
    const own = ownId.test(keyId);
    const length = own ? (keyId.length - 4) / 2 : Buffer.byteLength(keyId);
    while (from + length > bytes.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
    bytes.write(own ? keyId.slice(4) : keyId, from, own ? "hex" : "utf8");
    highest += 1;
    if (highest === ends.length) ends = widenColumn(ends);
    ends[highest] = own ? -(from + length) : from + length;
    return highest;
  };

  return {
    numberOf: (keyId) => {
      if (keyId === last.id) return last.number;
      const slot = slotOf(keyId);
      let number = slots[slot] ?? 0;
      if (number === 0) {
        slots[slot] = number = add(keyId);
        if (2 * highest > slots.length) widen();
      }
      last = { id: keyId, number };
      return number;
    },
    idOf,
    compare: (one, other) => {
      if (!isOwn(one) || !isOwn(other)) return (idOf(one) ?? "") < (idOf(other) ?? "") ? -1 : 1;
      const [left, right] = [endOf(one - 1), endOf(other - 1)];
      const first = bytes.readUInt32BE(left) - bytes.readUInt32BE(right);
      return first === 0 ? bytes.compare(bytes, right, endOf(other), left, endOf(one)) : first;
    },
    get highest() {
      return highest;
    },
  };
}

function hashOf(keyId: string): number {
  let hash = 0x81_1c_9d_c5;
  // The end of an id differs from others; all of a long one would take longer than to find it.
  for (let index = Math.max(0, keyId.length - 12); index < keyId.length; index += 1)
    hash = Math.imul(hash ^ keyId.charCodeAt(index), 0x01_00_01_93);
  return hash ^ (hash >>> 15);
}
