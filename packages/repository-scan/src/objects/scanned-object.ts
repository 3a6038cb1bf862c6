import type { ObjectType } from "@keywarden/git";
import { Secret } from "@keywarden/key-format";
import type { Match, SkippedMember } from "@keywarden/scan";

/** What one thread tells another of objects that it has scanned. Between threads a key is text: nothing else is passed on. */
export interface ScannedObjects {
  /** Of those in which nothing was found: of each its number, its size and the position of its type among {@link objectTypes}. */
  readonly clean: Int32Array;
  readonly others: readonly ScannedObject[];
}

export interface ScannedObject {
  readonly order: number;
  readonly type: ObjectType;
  readonly sizeBytes: number;
  readonly matches: readonly SentMatch[];
  readonly skipped: readonly SkippedMember[];
}

type SentMatch = Omit<Match, "secret"> & { readonly secret: string };

export const objectTypes: readonly ObjectType[] = ["blob", "commit", "tree", "tag"];
export const cleanNumbers = 3;

export const sendMatch = (match: Match): SentMatch => ({ ...match, secret: match.secret.reveal() });
export const receiveMatch = (sent: SentMatch): Match => ({
  ...sent,
  secret: new Secret(sent.secret, sent.prefix),
});
