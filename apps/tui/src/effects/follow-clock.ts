import type { SessionClock } from "@keywarden/inventory";
import type { SendEvent } from "./send-event.ts";

/** Wraps `fetch` so that the session goes by the time that the server's answers carry: its instants are what ages are counted from. */
export function followClock(inner: typeof fetch, clock: SessionClock, send: SendEvent): typeof fetch {
  return async (input, init) => {
    const sentMs = clock.monotonicMs();
    const response = await inner(input, init);
    const serverSecondMs = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(serverSecondMs)) return response;
    const move = clock.follow(serverSecondMs, { sentMs, receivedMs: clock.monotonicMs() });
    if (move !== null) send({ kind: "clock-moved", ...move });
    return response;
  };
}
