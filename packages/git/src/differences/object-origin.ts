/** The first commit of a range where a path contains a blob. */
export interface ObjectOrigin {
  readonly id: string;
  /** Bytes as git stores them. */
  readonly path: Buffer;
  /** Octal, as in a tree: 120000 is a symbolic link. */
  readonly mode: string;
  readonly commit: string;
}
