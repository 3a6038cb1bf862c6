/** A file that was listed for a scan. */
export interface ListedFile {
  /** Absolute, in the bytes of the file system. */
  readonly path: Buffer;
  /** Whether the user named it, so that not being able to scan it is a failure. */
  readonly isNamed: boolean;
  /** Whether the listing says that it is a file or a link: opening anything else could have effects. */
  readonly isFile?: boolean;
  /** Why it is already known that it cannot be scanned. */
  readonly skip?: FileSkip;
  /** Why what it leads to is not scanned, where it is a link and its own text is all that is. */
  readonly unfollowed?: string;
}

/** Why a file is not scanned: left out on purpose, or because it could not be read. */
export interface FileSkip {
  readonly reason: string;
  readonly failed: boolean;
  readonly remedy?: string;
}
