import type { ByteSource } from "./byte-source.ts";
import { blockBytes, readPaxRecords, readTarHeader, untilZero, type TarHeader } from "@keywarden/scan";

/** An entry of a tar archive; its content can be read until the next entry is asked for. */
export interface TarEntry {
  readonly name: Buffer;
  /** Where a link leads to; empty elsewhere. */
  readonly link: Buffer;
  /** `other`: a folder, a device or a pipe, which hold nothing. */
  readonly type: "file" | "link" | "other";
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Buffer>;
}

export interface TarEntryEvents {
  /** Takes what stands between the contents: headers with names, links and attributes, and what fills blocks up. */
  readonly onBetween: (bytes: Buffer) => void;
  /** Is told what cannot be read as it is meant, and of which entry; an empty name stands for the archive. */
  readonly onProblem: (name: Buffer, reason: string) => void;
}

const longestHeaderBytes = 1024 * 1024;
const nothing = Buffer.alloc(0);
/** Links, devices, folders and pipes: no content follows, whatever size they state. */
const withoutContent = new Set(["1", "2", "3", "4", "5", "6"]);

/** What headers before an entry's own say of it. */
interface Ahead {
  name?: Buffer;
  link?: Buffer;
  sizeBytes?: number;
  isSparse?: boolean;
}

/** Whether these bytes start a tar archive. */
export function looksLikeTar(head: Buffer): boolean {
  return head.length >= blockBytes && head[0] !== 0 && readTarHeader(head.subarray(0, blockBytes)) !== null;
}

/** Reads a tar archive from its start to the end of the bytes; what is damaged or cut off is told, never thrown. */
export async function* readTarEntries(
  source: ByteSource,
  { onBetween, onProblem }: TarEntryEvents,
): AsyncGenerator<TarEntry, void, undefined> {
  let ahead: Ahead = {};
  let last: Buffer = nothing;
  let hasEnded = false;
  for (;;) {
    const block = await source.take(blockBytes);
    if (block.length === 0) return;
    onBetween(block);
    if (block.every((byte) => byte === 0)) {
      hasEnded = true;
      continue;
    }
    const header = readTarHeader(block);
    if (header === null) {
      onProblem(
        last,
        hasEnded ? "bytes behind the archive's end are not opened" : "the archive is damaged here",
      );
      for await (const piece of source.pieces()) onBetween(piece);
      return;
    }
    hasEnded = false;
    for (let isContinued = header.isContinued; isContinued;) {
      const more = await source.take(blockBytes);
      onBetween(more);
      isContinued = more.length === blockBytes && more[504] === 1;
    }
    if (isAhead(header.type)) {
      if (header.sizeBytes > longestHeaderBytes) {
        onProblem(header.name, "its header is too long");
      }
      const text = await source.take(Math.min(header.sizeBytes, longestHeaderBytes));
      onBetween(text);
      await passOver(source, header.sizeBytes - text.length + fillOf(header.sizeBytes), onBetween);
      ahead = { ...ahead, ...readAhead(header, text) };
      continue;
    }
    const entry = { ...header, ...ahead };
    const isSparse = header.type === "S" || ahead.isSparse === true;
    ahead = {};
    last = entry.name;
    if (isSparse) onProblem(entry.name, "it is a sparse file, of which only the stored parts were scanned");
    if (header.type === "M") onProblem(entry.name, "it continues a file of another archive");
    const sizeBytes = withoutContent.has(header.type) ? 0 : entry.sizeBytes;
    if (sizeBytes !== entry.sizeBytes && header.type !== "5") {
      onProblem(entry.name, "it is a link or a device and states a size, which programs read differently");
    }
    let read = 0;
    const content = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const piece of source.pieces(sizeBytes - read)) {
        read += piece.length;
        yield piece;
      }
    };
    yield { name: entry.name, link: entry.link, type: typeOf(header), sizeBytes, content: content() };
    await passOver(source, sizeBytes - read, (piece) => (read += piece.length));
    if (read < sizeBytes) {
      onProblem(entry.name, "the archive is cut off in it");
      return;
    }
    await passOver(source, fillOf(sizeBytes), onBetween);
  }
}

const isAhead = (type: string): boolean => "LKxgX".includes(type) && type !== "";

const fillOf = (sizeBytes: number): number => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;

async function passOver(source: ByteSource, size: number, onBytes: (bytes: Buffer) => void): Promise<void> {
  for await (const piece of source.pieces(size)) onBytes(piece);
}

function typeOf({ type }: TarHeader): TarEntry["type"] {
  if (type === "1" || type === "2") return "link";
  return withoutContent.has(type) ? "other" : "file";
}

function readAhead({ type }: TarHeader, text: Buffer): Ahead {
  if (type === "L") return { name: Buffer.from(untilZero(text)) };
  if (type === "K") return { link: Buffer.from(untilZero(text)) };
  const records = readPaxRecords(text);
  const name = records.get("GNU.sparse.name") ?? records.get("path");
  const link = records.get("linkpath");
  const size = records.get("size")?.toString("latin1");
  const isSparse = [...records.keys()].some((key) => key.startsWith("GNU.sparse."));
  return {
    ...(name === undefined ? {} : { name: Buffer.from(name) }),
    ...(link === undefined ? {} : { link: Buffer.from(link) }),
    ...(size !== undefined && /^\d{1,15}$/.test(size) ? { sizeBytes: Number(size) } : {}),
    ...(isSparse ? { isSparse } : {}),
  };
}
