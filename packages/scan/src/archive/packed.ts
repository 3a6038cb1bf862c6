import type { Packing } from "./inflate.ts";

/** One compressed stream or stored file, as the directory of an archive describes it. */
export interface Packed {
  readonly path: string;
  /** `null` where the directory says why it cannot be read. */
  readonly method: Packing | "stored" | null;
  readonly problem: string;
  readonly start: number;
  readonly end: number;
}

/** A file that stands in its archive as it is. */
export function stored(path: string, start: number, end: number): Packed {
  return { path, method: "stored", problem: "", start, end };
}

/** A part of an archive that cannot be read, for this reason; an empty path stands for the archive. */
export function unreadable(path: string, problem: string): Packed {
  return { path, method: null, problem, start: 0, end: 0 };
}

/** Why a part is not read whose archive ends inside it. */
export const cutOff = "the archive is cut off";
/** Why nothing is read behind the position where a header should be. */
export const damagedHere = "the archive is damaged here";
/** Why what follows an archive is not opened. */
export const behindEnd = "bytes behind the archive's end are not opened";
