import { sep } from "node:path";

const slash = Buffer.from("/");

/** Puts a path with `/` behind a folder. */
export function joinPath(folder: Buffer, path: Buffer): Buffer {
  return Buffer.concat([folder, slash, path]);
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
