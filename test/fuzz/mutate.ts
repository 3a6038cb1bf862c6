/** Gives random integers from 0 (inclusive) to `below` (exclusive). */
export type Random = (below: number) => number;

const longestInput = 2048;

/** Makes a new input of a known one: a few small changes, or a splice with another one. */
export function mutate(input: Buffer, other: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(input);
  for (let left = 1 + random(4); left > 0; left -= 1) bytes = changed(bytes, other, random);
  return bytes.subarray(0, longestInput);
}

function changed(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  const size = 1 + random(16);
  const front = bytes.subarray(0, at);
  switch (random(8)) {
    case 0:
      return Buffer.concat([front, Buffer.from([random(256)]), bytes.subarray(at)]);
    case 1:
      return Buffer.concat([front, bytes.subarray(at + size)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)]);
    case 3: {
      const from = random(other.length + 1);
      return Buffer.concat([front, other.subarray(from, from + 4 * size), bytes.subarray(at)]);
    }
    case 4:
      return Buffer.concat([front, other.subarray(random(other.length + 1))]);
    case 5:
      return Buffer.concat([front, randomBytes(size, random), bytes.subarray(at)]);
    default: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = random(2) === 0 ? random(256) : (copy[at] ?? 0) ^ (1 << random(8));
      return copy;
    }
  }
}

export function randomBytes(size: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length: size }, () => random(256)));
}
