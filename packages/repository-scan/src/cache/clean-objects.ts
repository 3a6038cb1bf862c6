import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import * as process from "node:process";
import type { ObjectType, Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { openKnownHistories, type KnownHistories } from "./known-history.ts";
import { readSealed, writeSealed, type Seal } from "./sealed-file.ts";

/** An object that was read whole, in which nothing was found and nothing was left out. */
export interface CleanObject {
  readonly type: ObjectType;
  readonly sizeBytes: number;
}

/** The objects of a repository that are known to be clean. */
export interface CleanObjects {
  find(id: string): CleanObject | null;
  add(id: string, object: CleanObject): void;
  /** Keeps what was added for the next scan. */
  save(): void;
  /** What is known of the whole history at once. */
  readonly histories: KnownHistories;
}

/** What decides whether an object is clean; a cache is believed only where all of it is the same. */
export interface CleanKey {
  /** The folder of this user's caches. */
  readonly folder: string;
  /** Names the exact program that scans. */
  readonly program: string;
  readonly providers: readonly ProviderProfile[];
}

const types: readonly ObjectType[] = ["blob", "commit", "tree", "tag"];
const sizeBytesOfSize = 6;
// More would take memory that a scan of so large a history does not have.
const mostObjects = 1_000_000;
const fewestRecords = 4096;

/**
 * Opens what earlier scans of this repository by this user, this program and for these keys proved clean. It holds ids and
 * sizes alone. What is damaged, or was made under any other condition, counts as empty. `null` where the system does not
 * tell whose a file is.
 */
export function openCleanObjects(repository: Repository, key: CleanKey): CleanObjects | null {
  const user = process.getuid?.();
  if (user === undefined) return null;
  const { idBytes, ...sameness } = conditionsOf(repository, key, user);
  const { name, all: conditions } = sameness;
  const seal = { path: join(key.folder, "clean-objects", name), magic: "clean--1", conditions };
  const recordBytes = idBytes + 1 + sizeBytesOfSize;
  // Where the whole history is known, none of these is asked for.
  let opened: { readonly known: Buffer; readonly find: CleanObjects["find"] } | undefined;
  const open = (): NonNullable<typeof opened> => {
    if (opened !== undefined) return opened;
    const known = readRecords(seal, recordBytes);
    return (opened = { known, find: makeFind(known, idBytes, recordBytes) });
  };
  // One piece of memory: a buffer of its own takes ten times what stands in a record.
  let added = Buffer.alloc(0);
  let addedBytes = 0;
  return {
    histories: openKnownHistories(key.folder, sameness),
    find: (id) => open().find(id),
    add: (id, { type, sizeBytes }) => {
      const { known, find } = open();
      if (known.length + addedBytes >= mostObjects * recordBytes || find(id) !== null) return;
      if (addedBytes === added.length) added = withRoom(added, recordBytes);
      added.write(id, addedBytes, "hex");
      added.writeUInt8(types.indexOf(type), addedBytes + idBytes);
      added.writeUIntBE(sizeBytes, addedBytes + idBytes + 1, sizeBytesOfSize);
      addedBytes += recordBytes;
    },
    save: () => {
      if (addedBytes === 0) return;
      writeSealed(seal, [open().known, added.subarray(0, addedBytes)]);
      added = Buffer.alloc(0);
      addedBytes = 0;
    },
  };
}

/** Gives what a cache of a repository's objects depends on, and a name for it that is the repository's alone. */
function conditionsOf(
  { commonDirectory, objectFormat }: Repository,
  { program, providers }: CleanKey,
  user: number,
): { readonly name: string; readonly all: readonly unknown[]; readonly idBytes: number } {
  const common = realpathSync(commonDirectory);
  const { dev, ino } = statSync(common);
  const idBytes = objectFormat === "sha256" ? 32 : 20;
  const name = createHash("sha256").update(common).digest("hex").slice(0, 32);
  return { name, all: [program, user, common, dev, ino, idBytes, providers], idBytes };
}

/** Gives the same bytes with room for more records behind them. */
function withRoom(bytes: Buffer, recordBytes: number): Buffer<ArrayBuffer> {
  const more = Math.max(fewestRecords, Math.floor(bytes.length / recordBytes / 4)) * recordBytes;
  return Buffer.concat([bytes], bytes.length + more);
}

function readRecords(seal: Seal, recordBytes: number): Buffer {
  const records = readSealed(seal);
  return records.length % recordBytes === 0 ? records : Buffer.alloc(0);
}

function makeFind(records: Buffer, idBytes: number, recordBytes: number): CleanObjects["find"] {
  const count = records.length / recordBytes;
  const slots = 2 ** Math.ceil(Math.log2(2 * count + 1));
  // The number of a record and one more; zero is nobody's.
  const table = new Uint32Array(slots);
  for (let record = 0; record < count; record += 1) {
    let slot = records.readUInt32BE(record * recordBytes) % slots;
    while (table[slot] !== 0) slot = (slot + 1) % slots;
    table[slot] = record + 1;
  }
  return (id) => {
    for (let slot = Number.parseInt(id.slice(0, 8), 16) % slots; ; slot = (slot + 1) % slots) {
      const number = table[slot] ?? 0;
      if (number === 0) return null;
      const at = (number - 1) * recordBytes;
      if (records.toString("hex", at, at + idBytes) !== id) continue;
      const type = types[records[at + idBytes] ?? types.length];
      const sizeBytes = records.readUIntBE(at + idBytes + 1, sizeBytesOfSize);
      return type === undefined ? null : { type, sizeBytes };
    }
  };
}
