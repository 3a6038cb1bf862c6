/** Something that should have been scanned and could not be read. */
export interface Unread {
  /** A path, or in words what git should have given: `object 1f2e…`, `the history before commit 1f2e…`. */
  readonly location: string;
  readonly kind: "file" | "git";
  /** A sentence fragment. */
  readonly reason: string;
  /** The command that gets or repairs it; absent where none is known. */
  readonly remedy?: string;
  /** The repository that it belongs to, as it was named; absent where only one was scanned. */
  readonly repository?: string;
}

/** Whether everything in scope was read: only a scan that has nothing to list as unread can be called complete. */
export type Completeness =
  | { readonly complete: true; readonly unread: readonly [] }
  | { readonly complete: false; readonly unread: readonly [Unread, ...Unread[]] };

/** Tells whether a scan is complete from what it could not read. */
export function completenessOf([first, ...more]: readonly Unread[]): Completeness {
  return first === undefined ? { complete: true, unread: [] } : { complete: false, unread: [first, ...more] };
}

/** Names what could not be read, with its repository where several were scanned. */
export function locateUnread({ repository, location }: Unread): string {
  return repository === undefined ? location : `${repository}: ${location}`;
}

/** Says in a sentence fragment why it could not be read and what helps, without the location. */
export function describeUnread({ reason, remedy }: Unread): string {
  return `could not be scanned: ${reason}${remedy === undefined ? "" : `; ${introduceRemedy(remedy)}`}`;
}

/** Introduces a remedy. */
export function introduceRemedy(remedy: string): string {
  return `try: ${remedy}`;
}
