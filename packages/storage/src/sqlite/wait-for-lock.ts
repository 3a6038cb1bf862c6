import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "../storage-error.ts";

const LONGEST_WAIT_MS = 1000;
const TRY_EVERY_MS = 20;

/**
 * Makes what begins a transaction while another program may hold the database locked. SQLite itself waits with the whole
 * process; here everything else goes on. The first wait for a lock lasts a second at most, and until the lock is gone
 * nobody waits again: each try is one question, so that a queue of requests is answered as fast as a single one.
 *
 * @throws StorageError STORAGE_BUSY where the lock stays
 */
export function makeLockWait(
  elapsedMs: () => number = () => performance.now(),
): (begin: () => Promise<unknown>) => Promise<void> {
  let isKnownLocked = false;
  return async (begin) => {
    for (const startedMs = elapsedMs(); ;) {
      try {
        await begin();
        isKnownLocked = false;
        return;
      } catch (error) {
        if (!(error instanceof StorageError) || error.code !== "STORAGE_BUSY") throw error;
        if (isKnownLocked || elapsedMs() - startedMs >= LONGEST_WAIT_MS) {
          isKnownLocked = true;
          throw error;
        }
      }
      await sleep(TRY_EVERY_MS);
    }
  };
}
