import type { Fingerprint } from "@keywarden/key-format";
import type { JsonObject } from "../json/json.ts";

/** Somebody who is signed in to the console. */
export interface ConsoleSessionRecord {
  /** SHA-256 of what the browser holds, so that whoever reads the database cannot use a session. */
  readonly id: Fingerprint;
  /** Who it is, in the words of the program that signed them in. */
  readonly holder: JsonObject;
  readonly beganAtMs: number;
  /** When they were seen last, as far as it was written down. */
  readonly seenAtMs: number;
  readonly unlockedUntilMs: number;
}

/** Sessions of the console, which every process on one database knows and ends. */
export interface ConsoleSessionStore {
  /**
   * Begins a session that only reads. Those that began or were seen before the given moments are removed, and, where
   * there are `most` already, the oldest.
   */
  begin(
    session: Pick<ConsoleSessionRecord, "id" | "holder">,
    keep: { readonly beganFromMs: number; readonly seenFromMs: number; readonly most: number },
  ): Promise<void>;
  /** Finds a session that was not ended, however old it is: look at its times before it opens anything. */
  find(id: Fingerprint): Promise<ConsoleSessionRecord | null>;
  /** Notes that somebody was seen; a note may be lost with the power, not with the process. */
  touch(id: Fingerprint, seenAtMs: number): Promise<void>;
  /** Lets a session change something until a moment; 0 takes that back. */
  unlock(id: Fingerprint, untilMs: number): Promise<void>;
  /** Ends a session; once this is answered no process finds it. False where there was none. */
  end(id: Fingerprint): Promise<boolean>;
  /** Lists sessions, the newest first, however old they are. */
  list(): Promise<readonly ConsoleSessionRecord[]>;
}
