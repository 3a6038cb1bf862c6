import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import * as process from "node:process";
import type { ObjectType, Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
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

/**
 * Opens what earlier scans of this repository by this user, this program and for these keys proved clean. It holds ids and
 * sizes alone. What is damaged, or was made under any other condition, counts as empty. `null` where the system does not
 * tell whose a file is.
 */
export function openCleanObjects(repository: Repository, key: CleanKey): CleanObjects | null {
  const user = process.getuid?.();
  if (user === undefined) return null;
  const common = realpathSync(repository.commonDirectory);
  const { dev, ino } = statSync(common);
  const idBytes = repository.objectFormat === "sha256" ? 32 : 20;
  const conditions = [key.program, user, common, dev, ino, idBytes, key.providers];
  const name = createHash("sha256").update(common).digest("hex").slice(0, 32);
  const seal = { path: join(key.folder, "clean-objects", name), magic: "clean--1", conditions };
  const recordBytes = idBytes + 1 + sizeBytesOfSize;
  const known = readRecords(seal, recordBytes);
  const knownCount = known.length / recordBytes;
  const find = makeFind(known, idBytes, recordBytes);
  const added: Buffer[] = [];
  return {
    find,
    add: (id, { type, sizeBytes }) => {
      if (knownCount + added.length >= mostObjects || find(id) !== null) return;
      const record = Buffer.alloc(recordBytes);
      record.write(id, "hex");
      record.writeUInt8(types.indexOf(type), idBytes);
      record.writeUIntBE(sizeBytes, idBytes + 1, sizeBytesOfSize);
      added.push(record);
    },
    save: () => {
      if (added.length === 0) return;
      writeSealed(seal, [known, ...added]);
      added.length = 0;
    },
  };
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
