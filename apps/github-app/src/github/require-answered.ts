import type { Checkpoint } from "@keywarden/storage";
import { AppError } from "../app-error.ts";

// GitHub ends a request after ten seconds.
const answersWithinMs = 15_000;

/**
 * Requires that GitHub has done by now what it will do of a request whose answer nobody heard: the App may have been killed
 * with the request on its way.
 *
 * @throws {@link AppError} GITHUB_UNAVAILABLE with the time that is left, while it may not have
 */
export function requireAnswered({ sendingSinceMs }: Pick<Checkpoint, "sendingSinceMs">, nowMs: number): void {
  if (sendingSinceMs === null) return;
  const leftMs = sendingSinceMs + answersWithinMs - nowMs;
  if (leftMs <= 0) return;
  const message = "an earlier request about this check run may still be under way";
  throw new AppError("GITHUB_UNAVAILABLE", message, { retryAfterMs: leftMs });
}
