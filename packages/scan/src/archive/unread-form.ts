/** Why a Git LFS pointer is not the file that it stands for. */
export const heldByLfs = "Git LFS keeps its content elsewhere, and that is not scanned";

/** What stands at this offset, one character a byte, in files of a form that is not opened. */
type Mark = readonly [text: string, what: string, at?: number];

const diskImage = "disk images";
const marks: readonly Mark[] = [
  ["BZh", "bzip2 files"],
  ["\xfd7zXZ\0", "xz files"],
  ["]\0\0", "LZMA files"],
  ["LZIP\x01", "lzip files"],
  ["LRZI", "lrzip files"],
  ["\x89LZO\0\r\n\x1a\n", "lzop files"],
  ["\x1f\x9d", "files of compress"],
  ["\x04\x22\x4d\x18", "LZ4 files"],
  ["\x02\x21\x4c\x18", "LZ4 files"],
  ["\xff\x06\0\0sNaPpY", "Snappy files"],
  ["7z\xbc\xaf\x27\x1c", "7-Zip files"],
  ["Rar!\x1a\x07", "RAR files"],
  ["**ACE**", "ACE files", 7],
  ["-lh", "LHA files", 2],
  ["MSCF\0\0\0\0", "cabinet files"],
  ["ISc(", "cabinet files of InstallShield"],
  ["xar!\0", "xar files"],
  ["\xc7\x71", "cpio files in binary form"],
  ["\x71\xc7", "cpio files in binary form"],
  ["PACK\0\0\0", "packs of git"],
  ["# v2 git bundle\n", "bundles of git"],
  ["# v3 git bundle\n", "bundles of git"],
  ["\0GITCRYPT\0", "files that git-crypt has encrypted"],
  ["age-encryption.org/v1\n", "files that age has encrypted"],
  ["-----BEGIN AGE ENCRYPTED FILE-----", "files that age has encrypted"],
  ["-----BEGIN PGP MESSAGE-----", "messages that OpenPGP has encrypted"],
  ["$ANSIBLE_VAULT;", "files that Ansible Vault has encrypted"],
  ["PAR1", "Parquet files"],
  ["ORC", "ORC files"],
  ["Obj\x01", "Avro files"],
  ["ARROW1\0\0", "Arrow files"],
  ["\x89HDF\r\n\x1a\n", "HDF5 files"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "compound files (MSI, older Office)"],
  ["Salted__", "files that OpenSSL has encrypted"],
  ["LUKS\xba\xbe", diskImage],
  ["QFI\xfb", diskImage],
  ["KDMV", diskImage],
  ["vhdxfile", diskImage],
  ["conectix", diskImage],
  ["hsqs", diskImage],
  ["sqsh", diskImage],
  ["\x45\x3d\xcd\x28", diskImage],
  ["UBI#", diskImage],
  ["MSWIM\0\0\0", diskImage],
  ["NTFS    ", diskImage, 3],
  ["FAT1", diskImage, 54],
  ["FAT32   ", diskImage, 82],
  ["CD001\x01", diskImage, 0x8001],
];

const byFirst = Map.groupBy(
  marks.filter(([, , at = 0]) => at === 0),
  ([text]) => text.charCodeAt(0),
);
const inside = marks.flatMap((mark) => {
  const [text, , at = 0] = mark;
  return at === 0 ? [] : [{ mark, at, first: text.charCodeAt(0) }];
});

/** The first bytes that are enough to tell. */
export const formBytes = 0x8008;
/** The last bytes that are enough to tell. */
export const endFormBytes = 512;

/** Says why these bytes hold what no scan reads, a packing or an encoding; `null` where they do not. */
export function unreadForm(bytes: Buffer): string | null {
  return unreadStart(bytes) ?? unreadEnd(bytes);
}

/** Says likewise what the first bytes of a file tell of it. */
export function unreadStart(bytes: Buffer): string | null {
  if (isLfsPointer(bytes)) return heldByLfs;
  const first = bytes[0] ?? 0;
  if (first === 0x25 && bytes.toString("latin1", 0, 5) === "%PDF-") {
    return "compressed streams of a PDF are not read";
  }
  const found =
    byFirst.get(first)?.find((mark) => shows(bytes, mark)) ??
    inside.find(({ mark, at, first: own }) => bytes[at] === own && shows(bytes, mark))?.mark;
  if (found !== undefined && isConfirmed(bytes, found)) return notOpened(found[1]);
  if (isDisk(bytes)) return notOpened(diskImage);
  return isEbcdic(bytes) ? "text in EBCDIC is not read" : null;
}

/** Says likewise what the last bytes of a file tell of it. */
export function unreadEnd(bytes: Buffer): string | null {
  const end = bytes.length;
  const lastBlock = bytes[end - 512];
  if (end >= 512 && (lastBlock === 0x6b || lastBlock === 0x63)) {
    if (["koly\0\0\0\x04", "conectix"].includes(bytes.toString("latin1", end - 512, end - 504))) {
      return notOpened(diskImage);
    }
  }
  const last = bytes[end - 1];
  if (end < 48 || (last !== 0xdb && last !== 0x88)) return null;
  return tableEnds.includes(bytes.toString("latin1", end - 8))
    ? notOpened("tables of LevelDB and RocksDB")
    : null;
}

const tableEnds = ["\x57\xfb\x80\x8b\x24\x75\x47\xdb", "\xf7\xcf\xf4\x85\xb7\x41\xe2\x88"];

// A table of partitions, or the superblock of ext2 to ext4 with its block size, state and revision.
function isDisk(bytes: Buffer): boolean {
  if (bytes[510] === 0x55 && bytes[511] === 0xaa) {
    const entries = [446, 462, 478, 494];
    return (
      entries.every((at) => ((bytes[at] ?? 1) & 0x7f) === 0) &&
      entries.some((at) => (bytes[at + 4] ?? 0) !== 0)
    );
  }
  if (bytes[1080] !== 0x53 || bytes[1081] !== 0xef || bytes.length < 2048) return false;
  return bytes.readUInt32LE(1048) <= 6 && bytes.readUInt16LE(1082) <= 7 && bytes.readUInt32LE(1100) <= 1;
}

const sampleBytes = 256;
const fewestBytes = 32;

// In EBCDIC a blank is an at sign of ASCII, and letters and digits lie above it: no other text has so much of both, and
// neither a blank nor a line feed of ASCII.
function isEbcdic(bytes: Buffer): boolean {
  if ((bytes[0] ?? 0) < 0x40 || bytes.length < fewestBytes) return false;
  const sample = bytes.subarray(0, sampleBytes);
  let letters = 0;
  let blanks = 0;
  for (const byte of sample) {
    if (byte === 0x40 || byte === 0x15 || byte === 0x25) blanks += 1;
    else if (isEbcdicLetter(byte)) letters += 1;
    else if (byte < 0x40 && byte !== 0x05 && byte !== 0x0d) return false;
  }
  return blanks * 50 >= sample.length && letters * 3 >= 2 * sample.length;
}

// `a-i`, `j-r`, `s-z`, the same in capitals, and digits.
function isEbcdicLetter(byte: number): boolean {
  const low = byte & 0x0f;
  const high = byte >> 4;
  if (high === 0x8 || high === 0x9 || high === 0xc || high === 0xd) return low >= 1 && low <= 9;
  return high === 0xa || high === 0xe ? low >= 2 && low <= 9 : high === 0xf && low <= 9;
}

const notOpened = (what: string): string => `${what} are not opened`;

function shows(bytes: Buffer, [text, , at = 0]: Mark): boolean {
  return (
    bytes[at] === text.charCodeAt(0) &&
    bytes.length >= at + text.length &&
    bytes.toString("latin1", at, at + text.length) === text
  );
}

/** What must hold besides where a text may well begin alike. */
const confirmations: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  BZh: (bytes) => ["1AY&SY", "\x17rE8P\x90"].includes(bytes.toString("latin1", 4, 10)),
  "-lh": (bytes) => bytes[6] === 0x2d && (bytes[0] ?? 0) < 0x80,
  LRZI: isBinary,
  ORC: isBinary,
  PAR1: isBinary,
  KDMV: isBinary,
  hsqs: isBinary,
  sqsh: isBinary,
  "UBI#": isBinary,
  "]\0\0": isLzma,
  FAT1: (bytes) => bytes[510] === 0x55 && bytes[511] === 0xaa,
  "NTFS    ": (bytes) => bytes[510] === 0x55 && bytes[511] === 0xaa,
};

const isConfirmed = (bytes: Buffer, [text]: Mark): boolean => confirmations[text]?.(bytes) ?? true;

// The size of the dictionary, a power of two or half as much again, and then that of the file, of all ones if unknown.
function isLzma(bytes: Buffer): boolean {
  if (bytes.length < 14) return false;
  const [dictionary, size] = [bytes.readUInt32LE(1), bytes.readBigUInt64LE(5)];
  const isPower = [dictionary, dictionary / 3].some((one) => Number.isInteger(Math.log2(one)));
  return isPower && (size === 0xffff_ffff_ffff_ffffn || size < 1n << 40n);
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).some((byte) => byte < 9);
}

const lfsStart = "version https://git-lfs.github.com/spec/";

const isLfsPointer = (bytes: Buffer): boolean =>
  bytes[0] === 0x76 && bytes.toString("latin1", 0, lfsStart.length) === lfsStart;
