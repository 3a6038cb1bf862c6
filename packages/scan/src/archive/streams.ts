import type { Packing } from "./inflate.ts";
import { unreadable, type Packed } from "./packed.ts";

const mostStreams = 1000;

/** A form in which packed streams follow each other in one file. */
export interface StreamForm {
  /** What a stream without a name of its own is called; from the second on with its number. */
  readonly name: string;
  readonly method: Packing;
  /** Where the stream begins whose header stands here, and its name; null where none does. */
  readonly headOf: (at: number) => { readonly start: number; readonly path: string | null } | null;
  readonly trailerBytes: number;
  /** How many bytes a stream takes. @throws what unpacking throws */
  readonly sizeOf: (data: Buffer) => number;
}

/** Lists the streams of a file; what cannot be told apart any more is told in the last of them. */
export function listStreams(bytes: Buffer, form: StreamForm): readonly Packed[] {
  const streams: Packed[] = [];
  let at = 0;
  for (let head = form.headOf(at); head !== null; head = form.headOf(at)) {
    if (streams.length === mostStreams) {
      return [...streams, unreadable("", `more than ${mostStreams} streams in one file`)];
    }
    const { start } = head;
    const path = head.path ?? (streams.length === 0 ? form.name : `${form.name}-${streams.length + 1}`);
    streams.push({ path, method: form.method, problem: "", start, end: bytes.length });
    const usedBytes = sizeOrZero(bytes.subarray(start), form);
    at = start + usedBytes + form.trailerBytes;
    // Most files have one stream, and nothing behind it needs to be looked for.
    if (usedBytes === 0 || at >= bytes.length) return streams;
  }
  return streams.length === 0 ? streams : [...streams, ...behindStream(bytes, at)];
}

/** Tells of what follows the last stream of a file, unless it is zeros that fill it up. */
export function behindStream(bytes: Buffer, at: number): readonly Packed[] {
  return bytes.subarray(at).every((byte) => byte === 0) ? [] : [unreadable("", behindPacked)];
}

const behindPacked = "bytes behind its packed stream are not opened";

// What cannot be unpacked is told where it is read.
function sizeOrZero(data: Buffer, { sizeOf }: StreamForm): number {
  try {
    return sizeOf(data);
  } catch {
    return 0;
  }
}
