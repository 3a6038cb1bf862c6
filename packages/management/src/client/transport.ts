import { describeSystemError } from "@keywarden/key-format/words";
import { providersOf, redactWithin, Secret, type ProviderProfile } from "@keywarden/key-format";
import { ManagementError } from "./management-error.ts";
import { readCapped } from "./read-capped.ts";
import { pinBaseUrl } from "./pin-base-url.ts";
import { parseRetryAfter } from "./retry-after.ts";

export interface TransportOptions {
  /** Where the API begins, with its path; https, or http on loopback. */
  readonly baseUrl: string;
  /** A function is asked before every request, for a credential that a rotation replaces meanwhile. */
  readonly token: Secret | (() => Secret);
  /** Milliseconds for the whole call, the body included; 10 000 when absent. */
  readonly timeoutMs?: number;
  /** Allows plain http to hosts other than loopback, which shows the token to the network. */
  readonly allowInsecureHttp?: boolean;
  readonly fetch?: typeof fetch;
  /** Whose keys are never quoted from an answer; the built-in ones when absent. */
  readonly providers?: readonly ProviderProfile[];
  /** Bytes of one answer, uncompressed; 16 MiB when absent. */
  readonly maximumAnswerBytes?: number;
}

export interface TransportRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Relative to the base URL, with a leading slash. */
  readonly path: string;
  /** A list is sent as the same name several times. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether sending it twice does what sending it once does; absent means that it is never sent again. */
  readonly isRepeatable?: boolean;
  /** How long it may take where the transport's options do not say; 10 seconds when absent. */
  readonly timeoutMs?: number;
}

export interface TransportAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly url: URL;
  /** The parsed JSON body; undefined if there is none, or it is not JSON or not declared as JSON. */
  readonly body: unknown;
  /** Parsed `Retry-After`; undefined when the server did not say. */
  readonly retryAfterMs: number | undefined;
}

export interface Transport {
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Makes a server's words fit to show: one line, short, without key or token. */
  quote(text: string): string;
}

const builtIn = providersOf([]).providers;
const longestQuote = 300;
const MAXIMUM_ANSWER_BYTES = 16 * 1024 * 1024;

/** Sends requests to one origin only: a redirect or a time-out is an error, and no request is ever repeated. */
export function makeTransport(options: TransportOptions): Transport {
  const base = pinBaseUrl(options.baseUrl, options.allowInsecureHttp ?? false);
  const call = options.fetch ?? fetch;
  const maximumAnswerBytes = options.maximumAnswerBytes ?? MAXIMUM_ANSWER_BYTES;
  const { token, providers = builtIn } = options;
  const readToken = token instanceof Secret ? () => token : token;

  const send = async (request: TransportRequest): Promise<TransportAnswer> => {
    const url = new URL(base.href.replace(/\/$/, "") + request.path);
    if (url.origin !== base.origin) {
      throw new ManagementError("MANAGEMENT_BAD_URL", `refused to send a token to ${url.origin}`);
    }
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (typeof value === "object") for (const one of value) url.searchParams.append(name, one);
      else if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const what = `${request.method} ${url.origin}${url.pathname}`;
    const timeoutMs = options.timeoutMs ?? request.timeoutMs ?? 10_000;
    let hasAnswered = false;
    try {
      const response = await call(url, {
        method: request.method,
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: "application/json, application/problem+json",
          authorization: `Bearer ${readToken().reveal()}`,
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      hasAnswered = true;
      if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
        await response.body?.cancel();
        throw new ManagementError(
          "MANAGEMENT_REDIRECTED",
          `${what} answered with a redirect, which is refused because the token would follow it; correct the base URL`,
          { status: response.status },
        );
      }
      const text = await readCapped(response, maximumAnswerBytes, what);
      return {
        status: response.status,
        headers: response.headers,
        url,
        body: isJson(response.headers.get("content-type")) ? parseJson(text) : undefined,
        retryAfterMs: parseRetryAfter(response.headers),
      };
    } catch (error) {
      throw asManagementError(error, what, { timeoutMs, hasAnswered });
    }
  };

  const quote = (text: string): string => {
    const plain = redactWithin(text.replaceAll(readToken().reveal(), "[redacted]"), providers);
    const line = plain.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ");
    // Half a key would not be known again to those who redact what they show.
    return line.length <= longestQuote ? line : `${line.slice(0, longestQuote).replace(/\S*$/, "")}…`;
  };

  return { send, quote };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The caller decides by the status whether a body was needed, and names the call that went wrong.
    return undefined;
  }
}

/** A login page or a proxy's notice is not an answer of the API, whatever its status, even if it parses. */
function isJson(contentType: string | null): boolean {
  return contentType === null || /^[^;]*\bjson\s*(?:;|$)/i.test(contentType);
}

function asManagementError(
  error: unknown,
  what: string,
  { timeoutMs, hasAnswered }: { readonly timeoutMs: number; readonly hasAnswered: boolean },
): ManagementError {
  if (error instanceof ManagementError) return error;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new ManagementError("MANAGEMENT_TIMEOUT", `${what} did not answer within ${timeoutMs} ms`);
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason =
    cause instanceof Error && "code" in cause ? `: ${describeSystemError(cause)}` : portReason(cause);
  // No cause is attached: a fetch error can carry the request's headers, and with them the token.
  const happened = hasAnswered ? "broke off in the middle of its answer" : "could not be reached";
  return new ManagementError("MANAGEMENT_UNREACHABLE", `${what} ${happened}${reason}`);
}

// Browsers never ask ports of other protocols, and fetch does as they do; its error has no code.
const portReason = (cause: unknown): string =>
  cause instanceof Error && cause.message === "bad port"
    ? ": no program may ask this port for web pages"
    : "";
