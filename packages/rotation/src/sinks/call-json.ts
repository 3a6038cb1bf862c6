import { describeSystemError } from "@keywarden/key-format/words";
import { sanitise } from "./run-process.ts";
import { SinkError } from "./sink-error.ts";

export interface JsonCall {
  /** Who is called, for messages. */
  readonly what: string;
  readonly fetch: typeof fetch;
  readonly method: "GET" | "POST";
  readonly baseUrl: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Never shown, even when the server repeats it. */
  readonly hidden: readonly string[];
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The start of the answer, fit to show. */
  readonly words: string;
  readonly retryAfterMs: number | undefined;
}

const timeoutMs = 15_000;

/**
 * Sends one request to one host: https, or http on this machine; a redirect is not followed, because the key would follow it.
 *
 * @throws {@link SinkError} SINK_BAD_TARGET, SINK_REFUSED for a redirect, SINK_UNAVAILABLE
 */
export async function callJson(call: JsonCall): Promise<JsonAnswer> {
  const url = pin(call);
  const headers = { ...call.headers, ...(call.body !== undefined && { "content-type": "application/json" }) };
  const request = {
    method: call.method,
    headers,
    redirect: "manual" as const,
    signal: AbortSignal.timeout(timeoutMs),
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
  };
  const { status, text, retryAfter } = await send(call, url, request);
  if (status === 0 || (status >= 300 && status < 400)) {
    throw new SinkError(
      "SINK_REFUSED",
      `${call.what} answered with a redirect, which is not followed with a key`,
    );
  }
  return {
    status,
    body: parse(text),
    words: sanitise(text.slice(0, 2000), call.hidden),
    retryAfterMs: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined,
  };
}

function pin({ what, baseUrl, path }: JsonCall): URL {
  const text = baseUrl.replace(/\/+$/, "") + path;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHere = url !== null && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isHere)) return url;
  throw new SinkError(
    "SINK_BAD_TARGET",
    `the address of ${what} must be https://…, because the key goes there`,
  );
}

async function send(
  { what, fetch }: JsonCall,
  url: URL,
  request: RequestInit,
): Promise<{ status: number; text: string; retryAfter: string }> {
  try {
    const response = await fetch(url, request);
    const retryAfter = response.headers.get("retry-after") ?? "";
    return { status: response.status, text: await response.text(), retryAfter };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error && "code" in cause ? `: ${describeSystemError(cause)}` : "";
    // No cause is attached: a fetch error can carry the request, and with it the key.
    throw new SinkError("SINK_UNAVAILABLE", `${what} at ${url.host} could not be reached${reason}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
