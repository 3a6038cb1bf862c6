import { stored, unreadable, type Packed } from "./packed.ts";
import { TarReader } from "./tar-reader.ts";

/** Lists the files of a tar archive, and what is damaged or cut off. */
export function readTar(bytes: Buffer): readonly Packed[] {
  const files: Packed[] = [];
  const reader = new TarReader({
    onFile: (path, start, sizeBytes) => {
      const end = Math.min(bytes.length, start + sizeBytes);
      files.push(stored(path, start, end));
      return null;
    },
    onProblem: (path, reason) => files.push(unreadable(path, reason)),
  });
  reader.push(bytes);
  reader.finish();
  return files;
}
