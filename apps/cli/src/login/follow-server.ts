import { describeClock, makeSessionClock } from "@keywarden/inventory";
import type { Terminal } from "../terminal.ts";

/** The time of the server that is asked, by which its instants are counted. */
export interface FollowedServer {
  readonly fetch: typeof fetch;
  /** This machine's time until an answer has told the server's; says once where the two are a minute apart or more. */
  readonly now: () => number;
}

/** Asks as `fetch` does, and goes by the time that the answers carry. */
export function followServer({ now, warn }: Pick<Terminal, "now" | "warn">): FollowedServer {
  const clock = makeSessionClock(now, now);
  let problem: string | null = null;
  return {
    fetch: async (input, init) => {
      const sentMs = now();
      const response = await fetch(input, init);
      const serverSecondMs = Date.parse(response.headers.get("date") ?? "");
      const asked = { sentMs, receivedMs: now() };
      const move = Number.isNaN(serverSecondMs) ? null : clock.follow(serverSecondMs, asked);
      if (move !== null) problem = describeClock(move.machineAheadMs);
      return response;
    },
    now: () => {
      if (problem !== null) warn(`keywarden: ${problem}\n`);
      problem = null;
      return clock();
    },
  };
}
