import { Cursor } from "./cursor.ts";
import type { Match } from "./match.ts";
import { sniffedBytes } from "./text-encoding.ts";

/** A scan of bytes that come in chunks of any size. Matches carry offsets, lines and columns of the whole. */
export interface ChunkScan {
  /** Takes the next bytes and gives the matches that no later byte can change. */
  push(chunk: Uint8Array): readonly Match[];
  /** Gives the matches that are left; nothing can be pushed afterwards. */
  finish(): readonly Match[];
}

/** Finds the matches that start in `from` (inclusive) to `to` (exclusive) of these bytes, which a cursor that is given has seen. */
export type FindMatches = (bytes: Buffer, from: number, to: number, cursor?: Cursor) => readonly Match[];

/**
 * Makes a scan that keeps `reachBytes` on both sides of the location where it stopped: what a match looks like depends
 * on nothing further away.
 */
export function makeChunkScan(find: FindMatches, reachBytes: number): ChunkScan {
  // One piece of memory for all chunks: separate allocations would stay in memory until they are collected.
  let memory: Buffer = Buffer.alloc(0);
  let held = 0;
  let waiting = 0;
  let done = 0;
  let dropped = 0;
  const cursor = new Cursor();

  const advance = (isLast: boolean): readonly Match[] => {
    const bytes = memory.subarray(0, held);
    waiting = 0;
    const to = isLast ? bytes.length : Math.max(done, bytes.length - reachBytes);
    const base = dropped;
    const matches = find(bytes, done, to, cursor).map((match) => ({
      ...match,
      start: match.start + base,
      end: match.end + base,
    }));
    cursor.moveTo(bytes, Math.max(0, to - reachBytes));
    // The cursor stops at whole characters only, so what it has not passed stays. By fours, because UTF-32 is aligned.
    const drop = Math.min(cursor.offset, Math.max(0, to - reachBytes)) & ~3;
    cursor.drop(drop);
    memory.copyWithin(0, drop, held);
    held -= drop;
    done = to - drop;
    dropped += drop;
    return matches;
  };

  return {
    push: (chunk) => {
      if (held + chunk.length > memory.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(held + chunk.length, 2 * memory.length));
        memory.copy(larger, 0, 0, held);
        memory = larger;
      }
      memory.set(chunk, held);
      held += chunk.length;
      waiting += chunk.length;
      return waiting < Math.max(sniffedBytes, 16 * reachBytes) ? [] : advance(false);
    },
    finish: () => advance(true),
  };
}
