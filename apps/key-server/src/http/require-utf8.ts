import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";

/** A request whose text cannot be read: what is read in its place would be about something else. */
export class NotUtf8 extends Error {
  readonly code = "NOT_UTF8";
  readonly part: "body" | "query";

  constructor(part: "body" | "query") {
    super(`the ${part} is not UTF-8`);
    this.part = part;
  }
}

/**
 * Reads a body as text.
 *
 * @throws NotUtf8 rather than give replacement characters
 */
export function readUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw new NotUtf8("body");
  return body.toString("utf8");
}

/** Refuses a query that is not percent-encoded UTF-8, of which the framework would search the text as it was sent. */
export function requireUtf8Query(http: FastifyInstance): void {
  http.addHook("preValidation", (request, _reply, done) => {
    const { url } = request;
    const begin = url.indexOf("?");
    if (begin === -1 || !url.includes("%", begin)) return done();
    try {
      decodeURIComponent(url.slice(begin + 1));
    } catch {
      return done(new NotUtf8("query"));
    }
    return done();
  });
}
