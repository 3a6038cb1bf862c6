/** How a delta makes an object of another: the sizes of both, and where its instructions begin. */
export interface DeltaHead {
  readonly baseBytes: number;
  readonly resultBytes: number;
  readonly at: number;
}

/** Reads the head of a delta; `null` where there is none. */
export function readDeltaHead(delta: Uint8Array): DeltaHead | null {
  const base = readSize(delta, 0);
  const result = base === null ? null : readSize(delta, base.end);
  if (base === null || result === null) return null;
  return { baseBytes: base.size, resultBytes: result.size, at: result.end };
}

function readSize(bytes: Uint8Array, from: number): { readonly size: number; readonly end: number } | null {
  let size = 0;
  let scale = 1;
  for (let at = from; at < bytes.length && scale <= 2 ** 42; at += 1) {
    const byte = bytes[at] ?? 0;
    size += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return { size, end: at + 1 };
  }
  return null;
}

/** How a delta put an object together. */
export interface DeltaEdit {
  /** Pieces of the base: of each its offset there, its size and its offset in the object. */
  readonly copies: readonly number[];
  /**
   * Pairs of offsets in the object, in ascending order: between the two stands what the delta brings itself. Where they
   * are equal, two pieces meet, or the object begins or ends.
   */
  readonly changes: readonly number[];
}

/**
 * Writes what the delta makes of `base` into `result`, which is of the size that it states; `null` for a delta that is
 * damaged.
 */
export function applyDelta(base: Buffer, delta: Buffer, from: number, result: Buffer): DeltaEdit | null {
  const copies: number[] = [];
  const changes: number[] = [0, 0];
  let at = from;
  let to = 0;
  while (at < delta.length) {
    const code = delta[at] ?? 0;
    at += 1;
    if (code === 0) return null;
    if (code < 0x80) {
      if (at + code > delta.length || to + code > result.length) return null;
      delta.copy(result, to, at, at + code);
      const last = changes.length - 1;
      if (changes[last] === to) changes[last] = to + code;
      else changes.push(to, to + code);
      at += code;
      to += code;
      continue;
    }
    let offset = 0;
    let size = 0;
    // Read in this order: each bit says whether a byte of the number is there.
    if ((code & 1) !== 0) offset = delta[at++] ?? 0;
    if ((code & 2) !== 0) offset |= (delta[at++] ?? 0) << 8;
    if ((code & 4) !== 0) offset |= (delta[at++] ?? 0) << 16;
    if ((code & 8) !== 0) offset += (delta[at++] ?? 0) * 0x1000000;
    if ((code & 16) !== 0) size = delta[at++] ?? 0;
    if ((code & 32) !== 0) size |= (delta[at++] ?? 0) << 8;
    if ((code & 64) !== 0) size |= (delta[at++] ?? 0) << 16;
    if (size === 0) size = 0x10000;
    if (at > delta.length || offset + size > base.length || to + size > result.length) return null;
    base.copy(result, to, offset, offset + size);
    copies.push(offset, size, to);
    to += size;
    if (changes.at(-1) !== to) changes.push(to, to);
  }
  return to === result.length ? { copies, changes } : null;
}
