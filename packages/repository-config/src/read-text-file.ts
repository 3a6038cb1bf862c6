import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Says why a file that is there cannot be what somebody wrote for this program. */
export class UnusableFile extends Error {
  override readonly name = "UnusableFile";
}

/**
 * Reads a file of text, and waits for nobody: opening a pipe would.
 *
 * @throws {@link UnusableFile} for anything but a file of UTF-8, and the error of node:fs.
 */
export function readTextFile(path: string): string {
  // Windows does not know the flag; a missing one counts as none.
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new UnusableFile(stats.isDirectory() ? "it is a folder" : "it is no file");
    return textOfBytes(readFileSync(handle));
  } finally {
    closeSync(handle);
  }
}

/** Gives the text that bytes are. @throws {@link UnusableFile} where they are not UTF-8: it would be another text. */
export function textOfBytes(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new UnusableFile("it is not UTF-8");
  return bytes.toString("utf8");
}
