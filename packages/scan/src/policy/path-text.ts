/**
 * Gives a path from git or the file system as text: `/` between folders, a byte that is not UTF-8 as `\xNN`.
 * Keys in it are not redacted yet.
 */
export function pathText(path: Uint8Array): string {
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength);
  const text = bytes.toString("utf8");
  if (!text.includes("\uFFFD")) return text;
  let shown = "";
  for (let index = 0; index < bytes.length;) {
    const size = decodableSize(bytes, index);
    if (size === 0) {
      shown += `\\x${bytes.toString("hex", index, index + 1)}`;
      index += 1;
    } else {
      shown += bytes.toString("utf8", index, index + size);
      index += size;
    }
  }
  return shown;
}

function decodableSize(bytes: Buffer, index: number): number {
  for (let size = 1; size <= 4 && index + size <= bytes.length; size += 1) {
    if (bytes.toString("utf8", index, index + size).codePointAt(0) !== 0xfffd) return size;
    if (bytes.subarray(index, index + size).equals(replacementBytes)) return size;
  }
  return 0;
}

const replacementBytes = Buffer.from("\uFFFD");
