import { sep } from "node:path";

const slash = Buffer.from("/");

/** Puts a path with `/` behind a folder. */
export function joinPath(folder: Buffer, path: Buffer): Buffer {
  return Buffer.concat([folder, slash, path]);
}

/** Whether a path is this one behind that folder. */
export function isJoined(joined: Buffer | undefined, folder: Buffer, path: Buffer): boolean {
  const start = folder.length + slash.length;
  return (
    joined?.length === start + path.length &&
    joined[folder.length] === slash[0] &&
    joined.compare(folder, 0, folder.length, 0, folder.length) === 0 &&
    joined.compare(path, 0, path.length, start) === 0
  );
}

/** Puts many paths behind a folder, in one piece of memory. */
export function joinPaths(folder: Buffer, paths: readonly Uint8Array[]): readonly Buffer[] {
  const beforeBytes = folder.length + slash.length;
  const joined = Buffer.allocUnsafeSlow(paths.reduce((sum, { length }) => sum + beforeBytes + length, 0));
  let at = 0;
  return paths.map((path) => {
    const start = at;
    joined.set(folder, start);
    joined.set(slash, start + folder.length);
    joined.set(path, start + beforeBytes);
    at = start + beforeBytes + path.length;
    return joined.subarray(start, at);
  });
}

/** Makes what gives a path as reports show it: relative to `directory` where it is inside, with `/` between folders. */
export function makeShownPath(directory: string): (path: Buffer) => Buffer {
  const starts = [...new Set([`${directory}${sep}`, `${directory}/`])].map((start) => Buffer.from(start));
  return (path) => {
    const inside = starts.find((start) => path.subarray(0, start.length).equals(start));
    const shown = inside === undefined ? path : path.subarray(inside.length);
    return sep === "/" ? shown : Buffer.from(shown.toString("utf8").replaceAll(sep, "/"));
  };
}
