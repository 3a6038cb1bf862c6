import type { Verifier } from "./create-verifier.ts";
import { bearerOf, problemAnswer } from "./problem-answer.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { Denied, VerifiableKey, VerifyRequest } from "./verdict.ts";

export interface RequestGuardOptions<Key extends VerifiableKey> {
  readonly verifier: Verifier<Key>;
  /** The sender's address, with your proxies taken off; null when unknown, which no IP range has. */
  readonly addressOf: (request: Request) => string | null;
  /** What a request needs beside a live key: a permission, kinds of key, a tenant … */
  readonly needs?: (request: Request) => Partial<VerifyRequest>;
  /** Gets the reason, which the sender does not. */
  readonly onDenied?: (denied: Denied<Key>, request: Request) => void;
}

/**
 * Puts a verifier before a handler of the Fetch standard, as Hono, Next.js, Deno, Bun and workers have them: the handler
 * gets the key of a request that is let in. What `verify` throws is thrown, and the request is not let in.
 */
export function guardRequests<Key extends VerifiableKey>(
  { verifier, addressOf, needs, onDenied }: RequestGuardOptions<Key>,
  handle: (request: Request, key: Key) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { headers, method } = request;
    const verdict = await verifier.verify({
      text: bearerOf(headers.get("authorization")),
      ip: addressOf(request),
      referrer: headers.get("referer") ?? headers.get("origin"),
      method,
      path: pathOf(request.url),
      ...needs?.(request),
    });
    if (!verdict.ok) {
      onDenied?.(verdict, request);
      const { status, headers: refusal, body } = problemAnswer(verdict);
      return new Response(body, { status, headers: refusal });
    }
    const response = await handle(request, verdict.key);
    const limits = Object.entries(rateLimitHeaders(verdict.rateLimits));
    if (limits.length === 0) return response;
    // Those of a fetched or redirecting response cannot be changed in place.
    const answered = new Response(response.body, response);
    for (const [name, value] of limits) answered.headers.set(name, value);
    return answered;
  };
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
