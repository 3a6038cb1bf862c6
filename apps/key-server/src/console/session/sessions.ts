import { timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "@keywarden/key-format";
import type { ConsoleSessionRecord, JsonObject, KeyStorage } from "@keywarden/storage";
import { sha256 } from "../../sha256.ts";

/** Somebody who signed in. */
export interface ConsoleSession {
  /** What finds out at each request who it is, so that a revoked token ends its sessions. */
  readonly holder: JsonObject;
  /** What every form carries back. */
  readonly csrf: string;
  /** Until when it may change something; each change makes that later. */
  readonly unlockedUntilMs: number;
}

export const IDLE_MS = 15 * 60_000;
export const LONGEST_MS = 8 * 3_600_000;
/** How long a session may change something after it was unlocked, or after its last change. */
export const UNLOCKED_MS = 15 * 60_000;
/** A session is written down as seen at most this often, and so may count as idle that much too early. */
const SEEN_EVERY_MS = 30_000;
const MOST_SESSIONS = 1000;

export interface Sessions {
  /** Begins a session that only reads, and gives the text of its cookie. */
  begin(holder: JsonObject): Promise<string>;
  /** Null when there is none, or it was idle or open for too long. */
  find(cookie: string): Promise<ConsoleSession | null>;
  unlock(cookie: string): Promise<void>;
  lock(cookie: string): Promise<void>;
  /** Ends a session for every process that shares the database, before it returns. */
  end(cookie: string): Promise<void>;
  /** Lists the sessions that are not over, the newest first. */
  list(): Promise<readonly ConsoleSessionRecord[]>;
  /** Ends one of those that are listed. */
  endById(id: string): Promise<void>;
}

/** Keeps sessions in the storage, under the hash of their cookie: every process on one database knows the same ones. */
export function makeSessions(
  { consoleSessions, now }: Pick<KeyStorage, "consoleSessions" | "now">,
  randomBytes: RandomBytes,
): Sessions {
  const isOver = ({ beganAtMs, seenAtMs }: ConsoleSessionRecord): boolean =>
    now() - seenAtMs > IDLE_MS || now() - beganAtMs > LONGEST_MS;
  return {
    begin: async (holder) => {
      const cookie = Buffer.from(randomBytes(32)).toString("base64url");
      const keep = { beganFromMs: now() - LONGEST_MS, seenFromMs: now() - IDLE_MS, most: MOST_SESSIONS };
      await consoleSessions.begin({ id: sha256(cookie), holder }, keep);
      return cookie;
    },
    find: async (cookie) => {
      const id = sha256(cookie);
      const session = cookie === "" ? null : await consoleSessions.find(id);
      if (session === null || isOver(session)) return null;
      const { holder, seenAtMs, unlockedUntilMs } = session;
      const nowMs = now();
      // Whoever only reads may go on where nothing can be written; the session then ends the earlier.
      if (nowMs - seenAtMs >= SEEN_EVERY_MS) await consoleSessions.touch(id, nowMs).catch(() => {});
      return { holder, csrf: sha256(`form ${cookie}`), unlockedUntilMs };
    },
    unlock: (cookie) => consoleSessions.unlock(sha256(cookie), now() + UNLOCKED_MS),
    lock: (cookie) => consoleSessions.unlock(sha256(cookie), 0),
    end: async (cookie) => void (await consoleSessions.end(sha256(cookie))),
    list: async () => (await consoleSessions.list()).filter((session) => !isOver(session)),
    endById: async (id) => void (await consoleSessions.end(id)),
  };
}

/** Compares what a form carried with what the session expects, without telling by time how much was right. */
export function isSameText(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}
