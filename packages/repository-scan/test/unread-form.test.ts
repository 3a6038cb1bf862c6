import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { defaultPolicy } from "@keywarden/scan";
import { makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeScanTools, scanPaths } from "@keywarden/repository-scan";
import { expect, it } from "vitest";

/** Bytes of this size with some of them written at their places, one character a byte. */
function bytesWith(sizeBytes: number, at: Readonly<Record<number, string>>): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (const [place, text] of Object.entries(at)) bytes.write(text, Number(place), "latin1");
  return bytes;
}

const starting = (text: string): Buffer => bytesWith(64, { 0: text });
/** Lower-case text in IBM-1047. */
const ebcdic = (text: string): Buffer =>
  Buffer.from(
    Array.from(text, (one) => {
      const letter = one.charCodeAt(0) - 0x61;
      if (letter >= 0) return [0x81, 0x91, 0xa2][letter < 9 ? 0 : letter < 18 ? 1 : 2] ?? 0;
      return /[0-9]/.test(one) ? 0xf0 + Number(one) : one === "\n" ? 0x15 : 0x40;
    }).map((base, index) => {
      const letter = text.charCodeAt(index) - 0x61;
      return letter < 0 ? base : base + (letter < 18 ? letter % 9 : letter - 18);
    }),
  );
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;

/** What is named in the account, by the words that name it. */
const unread: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
  "Git LFS": { "video.mp4": Buffer.from(pointer) },
  PDF: { "form.pdf": Buffer.from("%PDF-1.7\n1 0 obj\n") },
  "bzip2 files": { "a.bz2": starting("BZh91AY&SY"), "empty.bz2": starting("BZh9\x17rE8P\x90") },
  "xz files": { "a.xz": starting("\xfd7zXZ\0\0\x04") },
  "LZMA files": {
    "a.lzma": starting("]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"),
    "sized.lzma": starting("]\0\0\x04\0\x20\x30\0\0\0\0\0\0\0"),
  },
  "files that age has encrypted": {
    "secret.age": starting("age-encryption.org/v1\n-> X25519 "),
    "secret.txt": starting("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl"),
  },
  "messages that OpenPGP has encrypted": { "secret.asc": starting("-----BEGIN PGP MESSAGE-----\n\nhQ") },
  "files that Ansible Vault has encrypted": { "vault.yml": starting("$ANSIBLE_VAULT;1.1;AES256\n3066") },
  "lzip files": { "a.lz": starting("LZIP\x01") },
  "lrzip files": { "a.lrz": starting("LRZI\0\x06") },
  "lzop files": { "a.lzo": starting("\x89LZO\0\r\n\x1a\n") },
  "files of compress": { "a.Z": starting("\x1f\x9d\x90") },
  "LZ4 files": { "a.lz4": starting("\x04\x22\x4d\x18"), "initrd.lz4": starting("\x02\x21\x4c\x18") },
  "Snappy files": { "a.sz": starting("\xff\x06\0\0sNaPpY") },
  "7-Zip files": { "a.7z": starting("7z\xbc\xaf\x27\x1c") },
  "RAR files": { "a.rar": starting("Rar!\x1a\x07\x01\0"), "old.rar": starting("Rar!\x1a\x07\0") },
  "ACE files": { "a.ace": bytesWith(64, { 7: "**ACE**" }) },
  "LHA files": { "a.lzh": bytesWith(64, { 2: "-lh5-" }) },
  "cabinet files": { "a.cab": starting("MSCF\0\0\0\0") },
  "cabinet files of InstallShield": { "data1.cab": starting("ISc(") },
  "xar files": { "a.pkg": starting("xar!\0\x1c") },
  "cpio files in binary form": { "a.cpio": starting("\xc7\x71"), "b.cpio": starting("\x71\xc7") },
  "files that git-crypt has encrypted": { "secret.env": starting("\0GITCRYPT\0") },
  "files that OpenSSL has encrypted": { "secret.enc": starting("Salted__") },
  "Parquet files": { "a.parquet": starting("PAR1\x15\x04") },
  "ORC files": { "a.orc": starting("ORC\x08\x03") },
  "Avro files": { "a.avro": starting("Obj\x01") },
  "Arrow files": { "a.feather": starting("ARROW1\0\0") },
  "HDF5 files": { "a.h5": starting("\x89HDF\r\n\x1a\n") },
  "compound files": { "a.msi": starting("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },
  "tables of LevelDB and RocksDB": {
    "000005.ldb": bytesWith(64, { 56: "\x57\xfb\x80\x8b\x24\x75\x47\xdb" }),
    "000006.sst": bytesWith(64, { 56: "\xf7\xcf\xf4\x85\xb7\x41\xe2\x88" }),
  },
  EBCDIC: { "JCL.txt": ebcdic("set the password of payments to api key 42 in the job of the night\n") },
  "disk images": {
    "a.qcow2": starting("QFI\xfb"),
    "a.vmdk": starting("KDMV\x01\0"),
    "a.vhdx": starting("vhdxfile"),
    "a.vhd": bytesWith(2048, { 1536: "conectix" }),
    "a.squashfs": starting("hsqs\x07\0"),
    "big.squashfs": starting("sqsh\0\0\0\x07"),
    "a.cramfs": starting("\x45\x3d\xcd\x28"),
    "a.ubi": starting("UBI#\x01\0\0\0"),
    "a.wim": starting("MSWIM\0\0\0"),
    "a.dmg": bytesWith(1024, { 512: "koly\0\0\0\x04" }),
    "a.iso": bytesWith(0x9000, { 0x8001: "CD001\x01" }),
    "fat.img": bytesWith(1024, { 54: "FAT16   ", 510: "\x55\xaa" }),
    "ntfs.img": bytesWith(1024, { 3: "NTFS    ", 510: "\x55\xaa" }),
    "disk.img": bytesWith(1024, { 446: "\x80", 450: "\x83", 510: "\x55\xaa" }),
    "ext4.img": bytesWith(4096, { 1048: "\x02", 1080: "\x53\xef\x01", 1100: "\x01" }),
    "luks.img": starting("LUKS\xba\xbe"),
  },
};

/** What only looks like one of them, or says nothing that a scan could miss. */
const read: Readonly<Record<string, string | Buffer>> = {
  "BZh.txt": "BZh is how bzip2 files begin",
  "ORC.md": "ORC is a format of columns",
  "PAR1.md": "PAR1 stands at both ends of a Parquet file",
  "x.md": "x^2 is a square",
  "lh.txt": "a -lh option",
  "bracket.txt": "](a link)",
  "bracket.bin": Buffer.from("]\0\0\x05\0abcdefgh", "latin1"),
  "sqsh.txt": "sqsh is a file system",
  "UBI.md": "UBI# is a volume",
  "digits.txt": "070701 and 070707 are numbers",
  "arch.txt": "!<arch> is how ar files begin",
  "LZIP.md": "LZIP files begin with their name",
  "KDMV.md": "KDMV is a word",
  "PACK.md": "PACK your things",
  "gbk.txt": Buffer.from("c4e3bac3cac0bde7a3acd5e2cac7d2bbb8f6b2e2cad4ceb4d0b4b5c4cec4bcfeb0fc", "hex"),
  "latin.txt": Buffer.from(
    "\u00e9t\u00e9@@@@\u00e9\u00e8\u00e0\u00f9\u00e7\u00e9\u00e8\u00e0\u00f9\u00e7\u00e9\u00e8\u00e0\u00f9\u00e7 l'\u00e9cole",
    "latin1",
  ),
};

it("names every file that it does not read, and no other", async () => {
  using repository = await makeRepository();
  using outside = makeTemporaryDirectory();
  const git = (...args: readonly string[]): void => void execFileSync("git", ["-C", outside.path, ...args]);
  git("init", "-q");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x");
  git("bundle", "create", "-q", join(repository.path, "backup.bundle"), "HEAD");
  const pack = execFileSync("git", ["-C", outside.path, "pack-objects", "--all", "--stdout", "-q"], {
    input: "",
  });
  const all = { ...unread, "packs of git": { "a.pack": pack } };
  const files = Object.values(all).flatMap((one) => Object.entries(one));
  for (const [path, bytes] of [...files, ...Object.entries(read)]) repository.write(path, bytes);
  const setup = await loadSetupIn(repository.path, () => {});
  const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
  await scanPaths(
    { paths: [], includeIgnored: false },
    { directory: repository.path, env: repository.env },
    tools,
  );
  const { skipped } = tools.account.report("paths").summary;
  const expected = Object.entries(all).flatMap(([words, one]) =>
    Object.keys(one).map((path) => [path, words] as const),
  );
  expect(skipped.map(({ path }) => path).toSorted()).toEqual(
    [...expected.map(([path]) => path), "backup.bundle"].toSorted(),
  );
  for (const [path, words] of [...expected, ["backup.bundle", "bundles of git"] as const]) {
    const found = skipped.find((one) => one.path === path);
    expect([path, found?.part, found?.reason]).toEqual([path, "", expect.stringContaining(words)]);
  }
});
