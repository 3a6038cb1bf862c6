/** Why a Git LFS pointer is not the file that it stands for. */
export const heldByLfs = "Git LFS keeps its content elsewhere, and that is not scanned";

const packings: readonly (readonly [start: string, name: string])[] = [
  ["BZh", "bzip2"],
  ["\xfd7zXZ\0", "xz"],
  ["7z\xbc\xaf\x27\x1c", "7-Zip"],
  ["\x28\xb5\x2f\xfd", "Zstandard"],
  ["Rar!\x1a\x07", "RAR"],
  ["\x04\x22\x4d\x18", "LZ4"],
];

/** The first bytes that are enough to tell. */
export const formBytes = 48;

/** Says why these bytes hold what no scan reads, a packing or an encoding; `null` where they do not. */
export function unreadForm(bytes: Buffer): string | null {
  if (isLfsPointer(bytes)) return heldByLfs;
  if (isUtf32(bytes)) return "text in UTF-32 is not read";
  const first = bytes[0];
  const found = packings.find(
    ([start]) => first === start.charCodeAt(0) && bytes.toString("latin1", 0, start.length) === start,
  );
  if (found === undefined) return null;
  // A text may well start with these three letters.
  const isText = found[1] === "bzip2" && bytes.toString("latin1", 4, 10) !== bzip2Block;
  return isText ? null : `only gzip and zip files are opened, and this is ${found[1]}`;
}

const bzip2Block = "1AY&SY";
const lfsStart = "version https://git-lfs.github.com/spec/";

const isLfsPointer = (bytes: Buffer): boolean =>
  bytes[0] === 0x76 && bytes.toString("latin1", 0, lfsStart.length) === lfsStart;

// A byte order mark, or four characters of ASCII with three zero bytes each.
function isUtf32(bytes: Buffer): boolean {
  if (bytes.length < 16) return false;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes[2] === 0 && bytes[3] === 0;
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0xfe) return bytes[3] === 0xff;
  if (bytes[1] !== 0 || bytes[2] !== 0) return false;
  return [0, 3].some((at) =>
    [0, 4, 8, 12].every((unit) => {
      const zeros = [0, 1, 2, 3].filter((index) => index !== at);
      return isTextByte(bytes[unit + at] ?? 0) && zeros.every((index) => bytes[unit + index] === 0);
    }),
  );
}

const isTextByte = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
