/** One compressed stream or stored file, as the directory of an archive describes it. */
export interface Packed {
  readonly path: string;
  /** `null` where the directory says why it cannot be read. */
  readonly method: "deflate" | "stored" | null;
  readonly problem: string;
  readonly start: number;
  readonly end: number;
}
