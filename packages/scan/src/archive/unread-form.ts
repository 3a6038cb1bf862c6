/** Why a Git LFS pointer is not the file that it stands for. */
export const heldByLfs = "Git LFS keeps its content elsewhere, and that is not scanned";

const packings: readonly (readonly [start: string, name: string])[] = [
  ["BZh", "bzip2"],
  ["\xfd7zXZ\0", "xz"],
  ["7z\xbc\xaf\x27\x1c", "7-Zip"],
  ["\x28\xb5\x2f\xfd", "Zstandard"],
  ["Rar!\x1a\x07", "RAR"],
  ["\x04\x22\x4d\x18", "LZ4"],
  ["MSCF\0\0\0\0", "a cabinet"],
  ["\xed\xab\xee\xdb", "an RPM package"],
];

/** The first bytes that are enough to tell. */
export const formBytes = 48;

/** Says why these bytes hold what no scan reads, a packing or an encoding; `null` where they do not. */
export function unreadForm(bytes: Buffer): string | null {
  if (isLfsPointer(bytes)) return heldByLfs;
  const first = bytes[0];
  if (first === 0x25 && bytes.toString("latin1", 0, 5) === "%PDF-") {
    return "compressed streams of a PDF are not read";
  }
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
