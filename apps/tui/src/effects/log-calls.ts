import { safeText } from "@keywarden/inventory";
import type { SendEvent } from "./send-event.ts";

function pathOf(input: Parameters<typeof fetch>[0]): string {
  const url = new URL(input instanceof Request ? input.url : input);
  // A cursor is opaque and long, and tells the reader nothing.
  if (url.searchParams.has("cursor")) url.searchParams.set("cursor", "next");
  return safeText(`${url.pathname}${url.search}`);
}

/** Wraps `fetch` so that every call is reported with its path, status and time, and nothing else of it. */
export function logCalls(inner: typeof fetch, send: SendEvent, now: () => number): typeof fetch {
  return async (input, init) => {
    const atMs = now();
    const report = (outcome: string) =>
      send({
        kind: "call",
        call: { atMs, method: init?.method ?? "GET", path: pathOf(input), outcome, durationMs: now() - atMs },
      });
    try {
      const response = await inner(input, init);
      report(String(response.status));
      return response;
    } catch (error) {
      report(error instanceof DOMException && error.name === "TimeoutError" ? "timed out" : "no answer");
      throw error;
    }
  };
}
