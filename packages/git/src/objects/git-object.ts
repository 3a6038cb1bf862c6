export type ObjectType = "blob" | "commit" | "tree" | "tag";

export interface GitObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

/** A run of an object's bytes; the last one ends at `sizeBytes`, an empty object is one empty part. */
export interface ObjectPart {
  readonly id: string;
  readonly type: ObjectType;
  /** Of the whole object. */
  readonly sizeBytes: number;
  readonly offsetBytes: number;
  readonly bytes: Buffer;
}

/** An object that was asked for and could not be read. */
export interface UnreadObject {
  readonly id: string;
  /** Completes "object <id> …". */
  readonly reason: string;
}

export interface ReadOptions {
  /** Is told of every object that cannot be read, and the others are read all the same; absent: the first one is thrown. */
  readonly onUnread?: (object: UnreadObject) => void;
  /** Whether the ids may wait for objects to arrive; each group of them is then answered at once. */
  readonly isInteractive?: boolean;
  /**
   * Whether files of single objects are taken as they lie. A commit would wait milliseconds for their hashes; git wrote
   * what is staged a moment ago, and whoever gets it by a push hashes it.
   */
  readonly takesAsWritten?: boolean;
}
