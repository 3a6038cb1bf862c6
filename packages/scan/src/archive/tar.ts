const blockBytes = 512;
const magicStart = 257;

/** A file in a tar archive, which holds it as it is. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Lists the files of a tar archive (POSIX ustar, pax and GNU names) as far as it is whole; `null` if the bytes are not a tar archive. */
export function readTar(bytes: Buffer): readonly TarFile[] | null {
  if (bytes.toString("latin1", magicStart, magicStart + 5) !== "ustar") return null;
  const files: TarFile[] = [];
  let longName: string | null = null;
  for (let at = 0; at + blockBytes <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(bytes.toString("latin1", at + 124, at + 136), 8);
    const start = at + blockBytes;
    if (!(size >= 0) || start + size > bytes.length) break;
    const content = bytes.subarray(start, start + size);
    const type = bytes.toString("latin1", at + 156, at + 157);
    if (type === "L") longName = textUntilZero(content);
    else if (type === "x") longName = /^\d+ path=(.*)$/m.exec(content.toString("utf8"))?.[1] ?? longName;
    else {
      if (type === "0" || type === "\0") files.push({ path: longName ?? nameAt(bytes, at), bytes: content });
      longName = null;
    }
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return files;
}

function nameAt(bytes: Buffer, at: number): string {
  const name = textUntilZero(bytes.subarray(at, at + 100));
  const isPosix = bytes[at + magicStart + 5] === 0;
  const folder = isPosix ? textUntilZero(bytes.subarray(at + 345, at + 500)) : "";
  return folder === "" ? name : `${folder}/${name}`;
}

function textUntilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
}
