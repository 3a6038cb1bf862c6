import { setImmediate } from "node:timers/promises";
import { openPackFile } from "./pack-file.ts";
import type { PackIndex } from "./pack-index.ts";
import { unlessUnreadable } from "./unless-unreadable.ts";
import { unpackerSizes, walkRoots, type VisitPacked, type WalkedPack } from "./walk-pack.ts";
import { makeUnpacker } from "./unpacker.ts";

/** A pack that several threads read, in memory that all of them see. */
export interface SharedPack extends Omit<WalkedPack, "pack"> {
  readonly path: string;
  readonly packChecksum: Uint8Array;
  /** The first position that nobody has taken yet. */
  readonly next: Int32Array;
}

/** Threads that read a shared pack beside this one. */
export interface PackReaders {
  /** Is settled when they have ended and told everything. */
  readonly ended: Promise<void>;
  /** Whether one has told of the object with this number. */
  hasRead(order: number): boolean;
  /** Ends them at once. */
  stop(): void;
}

/** From which size of a pack on other threads read it too, and what starts them. */
export interface PackSharing {
  readonly fromBytes: number;
  readonly start: (pack: SharedPack) => PackReaders;
}

// What is made of one object may be thousands of others, so that few are taken at once.
const rangePositions = 64;

export function sharePack(
  walked: WalkedPack,
  path: string,
  { packChecksum }: Pick<PackIndex, "packChecksum">,
): SharedPack {
  const { hashBytes, offsets, tree, needed, wanted } = walked;
  return {
    hashBytes,
    offsets,
    tree,
    needed,
    wanted,
    path,
    packChecksum: new Uint8Array(packChecksum),
    next: new Int32Array(new SharedArrayBuffer(4)),
  };
}

/** Takes positions for one thread, one range after the other, until none is left. */
export function* takeRanges({ next, needed }: Pick<SharedPack, "next" | "needed">): Generator<{
  readonly from: number;
  readonly end: number;
  readonly isTree: false;
}> {
  for (;;) {
    const from = Atomics.add(next, 0, rangePositions);
    if (from >= needed.length) return;
    yield { from, end: Math.min(needed.length, from + rangePositions), isTree: false };
  }
}

/** Reads what nobody else has taken of a shared pack, but for the trees; nothing where this thread cannot. */
export async function readSharedPack<Known>(shared: SharedPack, visit: VisitPacked<Known>): Promise<void> {
  const { path, packChecksum, needed } = shared;
  const unpacker = makeUnpacker(unpackerSizes);
  if (unpacker === null) return;
  const memory = { bytes: unpacker.memory, window: unpacker.window, piece: unpacker.piece };
  const identity = { count: needed.length, packChecksum: Buffer.from(packChecksum) };
  const pack = unlessUnreadable(() => openPackFile(path, memory, identity));
  if (pack === null) return;
  try {
    const walk = { ...shared, pack, unpacker, visit, onRead: () => {} };
    for (const range of takeRanges(shared)) {
      await walkRoots(walk, range);
      await setImmediate();
    }
  } finally {
    pack.close();
  }
}
