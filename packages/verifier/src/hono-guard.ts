import type { Context, MiddlewareHandler } from "hono";
import type { Verifier } from "./create-verifier.ts";
import { bearerOf, problemAnswer } from "./problem-answer.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { Denied, VerifiableKey, VerifyRequest } from "./verdict.ts";

export interface HonoGuardOptions<Key extends VerifiableKey> {
  readonly verifier: Verifier<Key>;
  /** The sender's address, with your proxies taken off; null when unknown, which no IP range has. */
  readonly addressOf: (context: Context) => string | null;
  /** What a request needs beside a live key: a permission, kinds of key, a tenant … */
  readonly needs?: (context: Context) => Partial<VerifyRequest>;
  /** Gets the reason, which the sender does not. */
  readonly onDenied?: (denied: Denied<Key>, context: Context) => void;
}

/**
 * Makes middleware for Hono, after which `context.get("key")` is the key. What `verify` throws goes to Hono's `onError`,
 * and the request is not let in.
 */
export function guardHono<Key extends VerifiableKey>({
  verifier,
  addressOf,
  needs,
  onDenied,
}: HonoGuardOptions<Key>): MiddlewareHandler<{ Variables: { key: Key } }> {
  return async (context, next) => {
    const { headers, method, url } = context.req.raw;
    const { pathname, search } = new URL(url);
    const verdict = await verifier.verify({
      text: bearerOf(headers.get("authorization")),
      ip: addressOf(context),
      referrer: headers.get("referer") ?? headers.get("origin"),
      method,
      path: `${pathname}${search}`,
      ...needs?.(context),
    });
    if (!verdict.ok) {
      onDenied?.(verdict, context);
      const { status, headers: refusal, body } = problemAnswer(verdict);
      return new Response(body, { status, headers: refusal });
    }
    context.set("key", verdict.key);
    await next();
    for (const [name, value] of Object.entries(rateLimitHeaders(verdict.rateLimits)))
      context.header(name, value);
    return undefined;
  };
}
