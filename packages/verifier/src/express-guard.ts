import type { IncomingMessage, ServerResponse } from "node:http";
import type { Verifier } from "./create-verifier.ts";
import { problemAnswer } from "./problem-answer.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { readNodeRequest } from "./read-node-request.ts";
import type { Denied, VerifiableKey, VerifyRequest } from "./verdict.ts";

/** A request of Express; one of node:http alone has neither of the two. */
export interface ExpressRequest extends IncomingMessage {
  /** With the proxies that Express's `trust proxy` names taken off. */
  readonly ip?: string | undefined;
  /** As it was sent, where the middleware is mounted below a path. */
  readonly originalUrl?: string;
}

export interface ExpressGuardOptions<Key extends VerifiableKey> {
  readonly verifier: Verifier<Key>;
  /** What a request needs beside a live key: a permission, kinds of key, a tenant … */
  readonly needs?: (request: ExpressRequest) => Partial<VerifyRequest>;
  /** Gets the reason, which the sender does not. */
  readonly onDenied?: (denied: Denied<Key>, request: ExpressRequest) => void;
}

export interface ExpressGuard<Key extends VerifiableKey> {
  (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void): Promise<void>;
  /**
   * The key of a request that was let in.
   *
   * @throws TypeError for any other request, so that a route outside the guard cannot take one for verified
   */
  keyOf(request: IncomingMessage): Key;
}

/**
 * Makes middleware for Express 4 and 5, Connect and node:http. Put it before body parsers, so that strangers cost no
 * parsing. What `verify` throws goes to `next`, and the request is not let in.
 */
export function guardExpress<Key extends VerifiableKey>({
  verifier,
  needs,
  onDenied,
}: ExpressGuardOptions<Key>): ExpressGuard<Key> {
  const keys = new WeakMap<IncomingMessage, Key>();
  const judge = async (request: ExpressRequest, response: ServerResponse): Promise<boolean> => {
    const { headers, method } = request;
    const url = request.originalUrl ?? request.url;
    const ip = request.ip ?? request.socket.remoteAddress;
    const verdict = await verifier.verify({
      ...readNodeRequest({ headers, method, url, ip }),
      ...needs?.(request),
    });
    if (!verdict.ok) {
      onDenied?.(verdict, request);
      const { status, headers: refusal, body } = problemAnswer(verdict);
      response.writeHead(status, refusal).end(body);
      return false;
    }
    keys.set(request, verdict.key);
    for (const [name, value] of Object.entries(rateLimitHeaders(verdict.rateLimits)))
      response.setHeader(name, value);
    return true;
  };
  const guard = async (
    request: ExpressRequest,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): Promise<void> => {
    let isAllowed: boolean;
    try {
      isAllowed = await judge(request, response);
    } catch (error) {
      next(error);
      return;
    }
    if (isAllowed) next();
  };
  return Object.assign(guard, {
    keyOf: (request: IncomingMessage): Key => {
      const key = keys.get(request);
      if (key === undefined) throw new TypeError("this request was not let in by the guard");
      return key;
    },
  });
}
