import { sniffEncoding, type TextEncoding } from "./text-encoding.ts";

export interface Position {
  /** One-based. */
  readonly line: number;
  /** One-based, in UTF-16 code units. */
  readonly column: number;
}

/**
 * Follows line and column through bytes, forward only, so that many matches on one long line cost one pass.
 *
 * Lines end with LF, CR LF or a lone CR. Columns count UTF-16 code units; a byte that is not part of valid UTF-8
 * counts as one, and a byte order mark at the very start as none. The bytes of the first move tell the encoding.
 */
export class Cursor {
  #encoding: TextEncoding | undefined;
  #offset = 0;
  #line = 1;
  #column = 1;

  /** Where the cursor stands: an index into the bytes that it saw last. */
  get offset(): number {
    return this.#offset;
  }

  /** Moves to the character that holds `offset`, an index into `bytes` that is not before the last one. */
  moveTo(bytes: Uint8Array, offset: number): Position {
    const encoding = this.#encoding ?? this.#begin(bytes);
    const end = Math.min(offset, bytes.length);
    if (encoding === "bytes") this.#passBytes(bytes, end);
    else if (encoding === "utf-32le" || encoding === "utf-32be") {
      this.#passQuads(bytes, end, encoding === "utf-32le");
    } else this.#passPairs(bytes, end, encoding === "utf-16le" ? 0 : 1);
    return { line: this.#line, column: this.#column };
  }

  /** Follows a caller that has thrown away the first `sizeBytes` bytes, which the cursor has passed. */
  drop(sizeBytes: number): void {
    this.#offset -= sizeBytes;
  }

  #begin(bytes: Uint8Array): TextEncoding {
    const encoding = sniffEncoding(bytes);
    this.#encoding = encoding;
    this.#offset = markSize(encoding, bytes);
    return encoding;
  }

  #passBytes(bytes: Uint8Array, end: number): void {
    const lineStart = this.#passLines(bytes, end);
    let index = lineStart;
    let column = this.#column;
    while (index < end) {
      if ((bytes[index] ?? 0) < 0x80) {
        column += 1;
        index += 1;
        continue;
      }
      const sizeBytes = sequenceSize(bytes, index);
      if (index + sizeBytes > end) break;
      column += sizeBytes === 4 ? 2 : 1;
      index += sizeBytes;
    }
    this.#column = column;
    this.#offset = index;
  }

  /**
   * Passes every whole line before `end` and gives where the last one starts. Columns matter on that line only, and
   * line ends are never part of a longer UTF-8 sequence, so the bytes between them need no decoding.
   */
  #passLines(bytes: Uint8Array, end: number): number {
    const from = this.#offset;
    let lineStart = from;
    let lines = 0;
    if (!bytes.subarray(from, end).includes(carriageReturn)) {
      lines = countLineFeeds(bytes, from, end);
      if (lines > 0) lineStart = bytes.lastIndexOf(lineFeed, end - 1) + 1;
    } else {
      for (let index = from; index < end; index += 1) {
        const byte = bytes[index];
        if (byte === lineFeed || (byte === carriageReturn && bytes[index + 1] !== lineFeed)) {
          lines += 1;
          lineStart = index + 1;
        }
      }
    }
    if (lines > 0) {
      this.#line += lines;
      this.#column = 1;
    }
    return lineStart;
  }

  #passPairs(bytes: Uint8Array, end: number, low: 0 | 1): void {
    const unitAt = (index: number): number =>
      ((bytes[index + 1 - low] ?? 0) << 8) | (bytes[index + low] ?? 0);
    let index = this.#offset;
    for (; index + 2 <= end; index += 2) {
      const unit = unitAt(index);
      if (unit === lineFeed || (unit === carriageReturn && unitAt(index + 2) !== lineFeed)) this.#nextLine();
      else this.#column += 1;
    }
    this.#offset = index;
  }

  #passQuads(bytes: Uint8Array, end: number, isLittle: boolean): void {
    const unitAt = (index: number): number => {
      const quad = [0, 1, 2, 3].map((at) => bytes[index + (isLittle ? 3 - at : at)] ?? 0);
      return quad.reduce((value, byte) => value * 256 + byte, 0);
    };
    let index = this.#offset;
    for (; index + 4 <= end; index += 4) {
      const unit = unitAt(index);
      if (unit === lineFeed || (unit === carriageReturn && unitAt(index + 4) !== lineFeed)) this.#nextLine();
      else this.#column += unit > 0xffff ? 2 : 1;
    }
    this.#offset = index;
  }

  #nextLine(): void {
    this.#line += 1;
    this.#column = 1;
  }
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

// Four bytes at a time: a key deep inside a large file waits for nothing else.
function countLineFeeds(bytes: Uint8Array, from: number, to: number): number {
  const first = from + (-(bytes.byteOffset + from) & 3);
  if (first + 4 > to) return countOneByOne(bytes, from, to);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + first, (to - first) >>> 2);
  let count = countOneByOne(bytes, from, first);
  for (let index = 0; index < words.length; index += 1) {
    // A byte is zero where a line feed stands, and only then does the subtraction borrow from its upper bit.
    const rest = (words[index] ?? 0) ^ 0x0a0a0a0a;
    if (((rest - 0x01010101) & ~rest & 0x80808080) === 0) continue;
    const at = first + 4 * index;
    count += countOneByOne(bytes, at, at + 4);
  }
  return count + countOneByOne(bytes, first + 4 * words.length, to);
}

function countOneByOne(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index += 1) if (bytes[index] === lineFeed) count += 1;
  return count;
}

function markSize(encoding: TextEncoding, bytes: Uint8Array): number {
  if (encoding === "bytes") return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (encoding === "utf-32le") return bytes[0] === 0xff ? 4 : 0;
  if (encoding === "utf-32be") return bytes[2] === 0xfe ? 4 : 0;
  const mark = encoding === "utf-16le" ? [0xff, 0xfe] : [0xfe, 0xff];
  return bytes[0] === mark[0] && bytes[1] === mark[1] ? 2 : 0;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function sequenceSize(bytes: Uint8Array, index: number): 1 | 2 | 3 | 4 {
  const lead = bytes[index] ?? 0;
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(bytes[index + 1])) return 1;
  if (lead < 0xe0) return 2;
  if (!isContinuation(bytes[index + 2])) return 1;
  if (lead < 0xf0) return 3;
  return isContinuation(bytes[index + 3]) ? 4 : 1;
}
