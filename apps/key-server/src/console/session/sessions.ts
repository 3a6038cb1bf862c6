import { timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "@keywarden/key-format";
import { sha256 } from "../../sha256.ts";

/** Somebody who signed in. */
export interface ConsoleSession {
  /** What finds the token again at each request, so that a revoked one ends its sessions. */
  readonly tokenSha256: string;
  /** What every form carries back. */
  readonly csrf: string;
  /** Until when it may change something; each change makes that later. */
  readonly unlockedUntilMs: number;
}

interface Kept extends ConsoleSession {
  readonly beganAtMs: number;
  seenAtMs: number;
  unlockedUntilMs: number;
}

export const IDLE_MS = 15 * 60_000;
export const LONGEST_MS = 8 * 3_600_000;
/** How long a session may change something after it was unlocked, or after its last change. */
export const UNLOCKED_MS = 15 * 60_000;
const MOST_SESSIONS = 1000;

export interface Sessions {
  /** Begins a session that only reads, and gives the text of its cookie. */
  begin(tokenSha256: string): string;
  /** Null when there is none, or it was idle or open for too long. */
  find(cookie: string): ConsoleSession | null;
  unlock(cookie: string): void;
  lock(cookie: string): void;
  end(cookie: string): void;
}

/** Keeps sessions in memory, under the hash of their cookie: a restart signs everybody out. */
export function makeSessions(randomBytes: RandomBytes, now: () => number): Sessions {
  const kept = new Map<string, Kept>();
  const newText = () => Buffer.from(randomBytes(32)).toString("base64url");
  const setLock = (cookie: string, untilMs: number): void => {
    const session = kept.get(sha256(cookie));
    if (session !== undefined) session.unlockedUntilMs = untilMs;
  };
  return {
    begin: (tokenSha256) => {
      const [oldest] = kept.keys();
      if (kept.size >= MOST_SESSIONS && oldest !== undefined) kept.delete(oldest);
      const cookie = newText();
      const nowMs = now();
      kept.set(sha256(cookie), {
        tokenSha256,
        csrf: newText(),
        beganAtMs: nowMs,
        seenAtMs: nowMs,
        unlockedUntilMs: 0,
      });
      return cookie;
    },
    find: (cookie) => {
      const id = sha256(cookie);
      const session = kept.get(id);
      if (session === undefined) return null;
      if (now() - session.seenAtMs > IDLE_MS || now() - session.beganAtMs > LONGEST_MS) {
        kept.delete(id);
        return null;
      }
      session.seenAtMs = now();
      return session;
    },
    unlock: (cookie) => setLock(cookie, now() + UNLOCKED_MS),
    lock: (cookie) => setLock(cookie, 0),
    end: (cookie) => void kept.delete(sha256(cookie)),
  };
}

/** Compares what a form carried with what the session expects, without telling by time how much was right. */
export function isSameText(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}
