import { behindEnd, cutOff, damagedHere } from "./packed.ts";
import { blockBytes, readPaxRecords, readTarHeader, untilZero } from "./tar-header.ts";

/** Who is told what a tar archive holds. */
export interface TarEvents {
  /** A file begins; gives who takes its content as it comes, or null where nobody wants it. */
  readonly onFile: (path: string, start: number, sizeBytes: number) => TarSink | null;
  /** What cannot be read as it is meant, and of which file; an empty path stands for the archive. */
  readonly onProblem: (path: string, reason: string) => void;
}

export interface TarSink {
  push(bytes: Buffer): void;
  finish(): void;
}

const magicStart = 257;
const longestHeaderBytes = 1024 * 1024;
const withoutContent = new Set(["1", "2", "3", "4", "5", "6"]);

/** Whether these bytes start like a tar archive: by the magic word, or in the oldest form by a checksum that is right. */
export function isTar(bytes: Buffer): boolean {
  if (bytes.length < blockBytes || bytes[0] === 0) return false;
  if (bytes[magicStart] === 0x75 && bytes.toString("latin1", magicStart, magicStart + 5) === "ustar") {
    return true;
  }
  // A text has no zero bytes where a header ends.
  return bytes[511] === 0 && bytes[510] === 0 && readTarHeader(bytes.subarray(0, blockBytes)) !== null;
}

/** Reads a tar archive (POSIX ustar, pax, GNU and the form before them) that comes in pieces of any size. */
export class TarReader {
  readonly #events: TarEvents;
  #header: Buffer = Buffer.alloc(0);
  #at = 0;
  /** What is left of the present content, and of the zeros that fill its last block up. */
  #contentBytes = 0;
  #fillBytes = 0;
  #take: TarSink | null = null;
  #path = "";
  #longPath: string | null = null;
  #sizeBytes: number | null = null;
  #isSparse = false;
  #hasEnded = false;
  #isOver = false;

  constructor(events: TarEvents) {
    this.#events = events;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !this.#isOver;) {
      const rest = chunk.length - at;
      let taken = 0;
      if (this.#contentBytes > 0) {
        taken = Math.min(rest, this.#contentBytes);
        this.#take?.push(chunk.subarray(at, at + taken));
        this.#contentBytes -= taken;
        if (this.#contentBytes === 0) this.#finishContent();
      } else if (this.#fillBytes > 0) {
        taken = Math.min(rest, this.#fillBytes);
        this.#fillBytes -= taken;
      } else if (this.#header.length === 0 && rest >= blockBytes) {
        taken = blockBytes;
        this.#at += taken;
        this.#readHeader(chunk.subarray(at, at + taken));
        at += taken;
        continue;
      } else {
        taken = Math.min(rest, blockBytes - this.#header.length);
        this.#header = Buffer.concat([this.#header, chunk.subarray(at, at + taken)]);
        if (this.#header.length === blockBytes) {
          const header = this.#header;
          this.#header = Buffer.alloc(0);
          this.#at += taken;
          this.#readHeader(header);
          at += taken;
          continue;
        }
      }
      at += taken;
      this.#at += taken;
    }
  }

  finish(): void {
    if (this.#isOver) return;
    if (this.#contentBytes > 0) {
      this.#finishContent();
      this.#events.onProblem(this.#path, cutOff);
    } else if (this.#header.some((byte) => byte !== 0)) {
      this.#events.onProblem("", cutOff);
    }
  }

  #finishContent(): void {
    this.#take?.finish();
    this.#take = null;
  }

  #readHeader(block: Buffer): void {
    if (block[0] === 0 && block.every((byte) => byte === 0)) {
      this.#hasEnded = true;
      return;
    }
    const header = readTarHeader(block);
    if (header === null) {
      this.#events.onProblem("", this.#hasEnded ? behindEnd : damagedHere);
      this.#isOver = true;
      return;
    }
    this.#hasEnded = false;
    if ("LKxgX".includes(header.type) && header.type !== "") {
      if (header.sizeBytes > longestHeaderBytes) {
        this.#events.onProblem(textOf(header.name), "its header is too long");
        this.#isOver = true;
        return;
      }
      this.#begin(header.sizeBytes, this.#gather(header.type));
      return;
    }
    this.#path = this.#longPath ?? textOf(header.name);
    const sizeBytes = withoutContent.has(header.type) ? 0 : (this.#sizeBytes ?? header.sizeBytes);
    if (header.type === "S" || this.#isSparse) {
      this.#events.onProblem(this.#path, "it is a sparse file, of which only the stored parts were scanned");
    }
    if (header.isContinued) {
      // More headers of a sparse file follow, and the places of its content with them.
      this.#events.onProblem("", damagedHere);
      this.#isOver = true;
      return;
    }
    [this.#longPath, this.#sizeBytes, this.#isSparse] = [null, null, false];
    if (withoutContent.has(header.type)) return;
    this.#begin(sizeBytes, this.#events.onFile(this.#path, this.#at, sizeBytes));
  }

  #begin(sizeBytes: number, take: TarSink | null): void {
    this.#contentBytes = sizeBytes;
    this.#fillBytes = (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
    this.#take = take;
    if (sizeBytes === 0) this.#finishContent();
  }

  #gather(type: string): TarSink {
    const pieces: Buffer[] = [];
    return {
      push: (piece) => pieces.push(Buffer.from(piece)),
      finish: () => {
        const text = Buffer.concat(pieces);
        if (type === "L") this.#longPath = textOf(untilZero(text));
        if (type !== "x") return;
        const records = readPaxRecords(text);
        const path = records.get("GNU.sparse.name") ?? records.get("path");
        const size = records.get("size")?.toString("latin1") ?? "";
        if (path !== undefined) this.#longPath = textOf(path);
        if (/^\d{1,15}$/.test(size)) this.#sizeBytes = Number(size);
        if ([...records.keys()].some((key) => key.startsWith("GNU.sparse."))) this.#isSparse = true;
      },
    };
  }
}

// "./a" and "a" are one file.
const textOf = (name: Buffer): string => name.toString("utf8").replace(/^(?:\.\/)+(?=.)/, "");
