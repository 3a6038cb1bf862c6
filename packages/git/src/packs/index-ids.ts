import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";

const magic = 0xff744f63;
const headBytes = 8;
const fanoutBytes = 256 * 4;

/** Lists the ids in a pack's index of version 2; `null` where it is of another form or has more than `most`. */
export function listIndexIds(path: string, hashBytes: number, most: number): readonly string[] | null {
  const bytes = readUpTo(path, headBytes + fanoutBytes + most * (hashBytes + 12) + 2 * hashBytes);
  const fanout = bytes === null ? null : fanoutOf(bytes, bytes.length, hashBytes);
  if (bytes === null || fanout === null || fanout[255] === undefined || fanout[255] > most) return null;
  return idsOf(bytes.subarray(headBytes + fanoutBytes), fanout[255], hashBytes);
}

/**
 * Gives those of the ids that a pack's index has, and reads no more of it than the parts where they would be; `null` where it is of
 * another form.
 */
export function findInIndex(
  path: string,
  hashBytes: number,
  ids: readonly string[],
): ReadonlySet<string> | null {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(headBytes + fanoutBytes);
    if (readSync(file, head, 0, head.length, 0) < head.length) return null;
    const fanout = fanoutOf(head, fstatSync(file).size, hashBytes);
    if (fanout === null) return null;
    const found = new Set<string>();
    const byFirst = Map.groupBy(ids, (id) => Number.parseInt(id.slice(0, 2), 16));
    for (const [first, wanted] of byFirst) {
      const from = first === 0 ? 0 : (fanout[first - 1] ?? 0);
      const count = (fanout[first] ?? 0) - from;
      if (count === 0) continue;
      const part = Buffer.alloc(count * hashBytes);
      if (readSync(file, part, 0, part.length, headBytes + fanoutBytes + from * hashBytes) < part.length)
        return null;
      const there = new Set(idsOf(part, count, hashBytes));
      for (const id of wanted) if (there.has(id)) found.add(id);
    }
    return found;
  } finally {
    closeSync(file);
  }
}

function readUpTo(path: string, mostBytes: number): Buffer | null {
  const bytes = readFileSync(path);
  return bytes.length > mostBytes ? null : bytes;
}

/** How many ids begin with each byte or a smaller one. */
function fanoutOf(head: Buffer, sizeBytes: number, hashBytes: number): readonly number[] | null {
  if (head.length < headBytes + fanoutBytes) return null;
  if (head.readUInt32BE(0) !== magic || head.readUInt32BE(4) !== 2) return null;
  const fanout = Array.from({ length: 256 }, (_, first) => head.readUInt32BE(headBytes + 4 * first));
  if (fanout.some((count, first) => count < (fanout[first - 1] ?? 0))) return null;
  const count = fanout[255] ?? 0;
  return sizeBytes < headBytes + fanoutBytes + count * (hashBytes + 8) + 2 * hashBytes ? null : fanout;
}

const idsOf = (bytes: Buffer, count: number, hashBytes: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => bytes.toString("hex", at * hashBytes, (at + 1) * hashBytes));
