import { behindEnd, cutOff, damagedHere, stored, unreadable, type Packed } from "./packed.ts";

const lastName = "TRAILER!!!";

/** The two forms in text: where the sizes of name and content stand, and to how many bytes each is filled up. */
const forms = {
  newc: { headerBytes: 110, radix: 16, name: [94, 102], size: [54, 62], mode: [14, 22], align: 4 },
  odc: { headerBytes: 76, radix: 8, name: [59, 65], size: [65, 76], mode: [18, 24], align: 1 },
} as const;

const formOf = (magic: string): keyof typeof forms | null =>
  magic === "070701" || magic === "070702" ? "newc" : magic === "070707" ? "odc" : null;

/** Whether these bytes start like a cpio archive in one of the forms whose headers are text. */
export function isCpio(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes[1] === 0x37 && formOf(bytes.toString("latin1", 0, 6)) !== null;
}

/** Lists the files of a cpio archive; `null` if the bytes are none, as digits may well begin alike. */
export function readCpio(bytes: Buffer): readonly Packed[] | null {
  const files: Packed[] = [];
  for (let at = 0; at < bytes.length;) {
    const form = formOf(bytes.toString("latin1", at, at + 6));
    if (form === null) return at === 0 ? null : [...files, unreadable("", damagedHere)];
    const { headerBytes, radix, name, size, mode, align } = forms[form];
    const number = ([from, to]: readonly [number, number]): number => {
      const text = bytes.toString("latin1", at + from, at + to);
      return /^[0-9a-fA-F]+$/.test(text) && text.length === to - from
        ? Number.parseInt(text, radix)
        : Number.NaN;
    };
    const [nameBytes, sizeBytes, modeBits] = [number(name), number(size), number(mode)];
    if (!(nameBytes >= 1 && sizeBytes >= 0 && modeBits >= 0)) {
      return at === 0 ? null : [...files, unreadable("", damagedHere)];
    }
    const nameStart = at + headerBytes;
    const path = bytes.toString("utf8", nameStart, nameStart + nameBytes - 1).replace(/^(?:\.\/)+(?=.)/, "");
    const start = aligned(nameStart + nameBytes, align);
    const end = start + sizeBytes;
    if (end > bytes.length) return [...files, unreadable(path, cutOff)];
    at = aligned(end, align);
    if (path === lastName) {
      const isFilledUp = bytes.subarray(at).every((byte) => byte === 0);
      return isFilledUp ? files : [...files, unreadable("", behindEnd)];
    }
    if ((modeBits & 0o170000) === 0o100000) files.push(stored(path, start, end));
  }
  return [...files, unreadable("", cutOff)];
}

const aligned = (at: number, to: number): number => Math.ceil(at / to) * to;
