import type { EditKey } from "@keywarden/management";
import { safeText } from "@keywarden/inventory";
import { restrictionParts, restrictionWords, type RestrictionName } from "@keywarden/inventory/restrictions";
import { quoteForShell } from "@keywarden/key-format";
import type { SessionClock } from "@keywarden/inventory";
import type { SendEvent } from "./send-event.ts";

function pathOf(input: Parameters<typeof fetch>[0]): string {
  const url = new URL(input instanceof URL || typeof input === "string" ? input : input.url);
  // A cursor is opaque and long, and tells the reader nothing.
  if (url.searchParams.has("cursor")) url.searchParams.set("cursor", "next");
  return safeText(`${url.pathname}${url.search}`);
}

const changes: readonly (readonly [pattern: RegExp, write: (id: string) => string])[] = [
  [/^\/v1\/keys\/([^/]+)\/revoke$/, (id) => `keywarden revoke ${id}`],
  [/^\/v1\/keys\/([^/]+)\/disable$/, (id) => `keywarden keys disable ${id}`],
  [/^\/v1\/keys\/([^/]+)\/enable$/, (id) => `keywarden keys enable ${id}`],
  [/^\/v1\/keys\/([^/]+)\/rotate$/, (id) => `keywarden rotate ${id} --to <sink>`],
  [/^\/v1\/tokens\/([^/]+)\/revoke$/, (id) => `keywarden tokens revoke ${id}`],
];

/** What a key is bound to by a request of this program, as flags. */
function restrictFlags(body: string): string {
  const { permissions, restrictions = {} } = JSON.parse(body) as EditKey;
  const set = (flag: string, parts: readonly string[]): readonly string[] =>
    parts.length === 0 ? [`--clear ${flag}`] : parts.map((part) => `--${flag} ${quoteForShell(part)}`);
  const names = Object.keys(restrictions ?? {}) as RestrictionName[];
  return [
    ...(permissions === undefined
      ? []
      : permissions === null
        ? ["--clear permissions"]
        : set("permission", permissions)),
    ...names.flatMap((name) =>
      set(
        restrictionWords[name].flag,
        restrictionParts(restrictions ?? {}, name).map((part) => (name === "rateLimits" ? `${part}s` : part)),
      ),
    ),
  ].join(" ");
}

/** The command line that does the same as a call; null for a call that changes nothing. */
export function commandFor(method: string, path: string, body?: string): string | null {
  if (method === "GET") return null;
  const edited = method === "PATCH" ? /^\/v1\/keys\/([^/]+)$/.exec(path)?.[1] : undefined;
  if (edited !== undefined && body !== undefined)
    return `keywarden keys edit ${quoteForShell(decodeURIComponent(edited))} ${safeText(restrictFlags(body))}`;
  for (const [pattern, write] of changes) {
    const id = pattern.exec(path)?.[1];
    if (id !== undefined) return write(quoteForShell(decodeURIComponent(id)));
  }
  return null;
}

/** Wraps `fetch` so that every call is reported with its path, status and time, and nothing else of it but what it restricts. */
export function logCalls(inner: typeof fetch, send: SendEvent, clock: SessionClock): typeof fetch {
  return async (input, init) => {
    const atMs = clock();
    const startMs = clock.monotonicMs();
    const method = init?.method ?? "GET";
    const path = pathOf(input);
    const report = (outcome: string) =>
      send({
        kind: "call",
        call: {
          atMs,
          method,
          path,
          outcome,
          durationMs: clock.monotonicMs() - startMs,
          command: commandFor(method, path, typeof init?.body === "string" ? init.body : undefined),
        },
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
