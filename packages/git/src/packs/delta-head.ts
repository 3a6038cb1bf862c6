/** How large what a delta is made for and what it makes are, and where its instructions begin. */
export interface DeltaHead {
  readonly baseBytes: number;
  readonly resultBytes: number;
  readonly at: number;
}

/** Reads the head of the delta that stands from `from` to `end`; `null` where there is none. */
export function readDeltaHead(bytes: Uint8Array, from: number, end: number): DeltaHead | null {
  const base = readSize(bytes, from, end);
  const result = base === null ? null : readSize(bytes, base.end, end);
  if (base === null || result === null) return null;
  return { baseBytes: base.size, resultBytes: result.size, at: result.end };
}

function readSize(
  bytes: Uint8Array,
  from: number,
  end: number,
): { readonly size: number; readonly end: number } | null {
  let size = 0;
  let scale = 1;
  for (let at = from; at < end && scale <= 2 ** 42; at += 1) {
    const byte = bytes[at] ?? 0;
    size += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return { size, end: at + 1 };
  }
  return null;
}
