import { cutOff, damagedHere, stored, unreadable, type Packed } from "./packed.ts";

const magic = "!<arch>\n";
const headerBytes = 60;

/** Whether these bytes start like an ar archive: a Debian package, or a static library. */
export function isAr(bytes: Buffer): boolean {
  return bytes[0] === 0x21 && bytes.toString("latin1", 0, magic.length) === magic;
}

/** Lists the files of an ar archive, with the long names of GNU and BSD. */
export function readAr(bytes: Buffer): readonly Packed[] {
  const files: Packed[] = [];
  let longNames = "";
  for (let at = magic.length; at < bytes.length;) {
    const header = bytes.toString("latin1", at, at + headerBytes);
    const size = Number.parseInt(header.slice(48, 58), 10);
    if (header.length < headerBytes) return [...files, unreadable("", cutOff)];
    if (!header.endsWith("`\n") || !(size >= 0)) return [...files, unreadable("", damagedHere)];
    const [name = ""] = /^.*?(?= *$)/.exec(header.slice(0, 16)) ?? [];
    const start = at + headerBytes;
    const end = start + size;
    at = end + (size % 2);
    if (end > bytes.length) return [...files, unreadable(name, cutOff)];
    const nameBytes = name.startsWith("#1/") ? Number(name.slice(3)) : 0;
    if (name === "//") longNames = bytes.toString("utf8", start, end);
    else if (name !== "/" && nameBytes <= size) {
      const bsdName = bytes.toString("utf8", start, start + nameBytes).replace(/\0+$/, "");
      const path = nameBytes > 0 ? bsdName : longNameOf(name, longNames);
      files.push(stored(path, start + nameBytes, end));
    }
  }
  return files;
}

// `/12` stands for the name at the twelfth byte of the table; a slash ends other names of GNU.
function longNameOf(name: string, table: string): string {
  if (!/^\/\d+$/.test(name)) return name.replace(/\/$/, "");
  const start = Number(name.slice(1));
  return table.slice(start, table.indexOf("\n", start)).replace(/\/$/, "");
}
