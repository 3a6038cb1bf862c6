import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";

/** A request whose text cannot be read: what is read in its place would be about something else. */
export class UnreadableText extends Error {
  readonly code = "UNREADABLE_TEXT";
}

const notUtf8 = (part: "body" | "query"): UnreadableText => new UnreadableText(`the ${part} is not UTF-8`);

/**
 * Reads a body as text.
 *
 * @throws UnreadableText rather than give replacement characters
 */
export function readUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw notUtf8("body");
  return body.toString("utf8");
}

/**
 * Refuses a query that is not percent-encoded UTF-8, of which the framework would search the text as it was sent, and
 * addresses with a NUL, which no text that is stored has: PostgreSQL does not even compare with it.
 */
export function requireReadableAddress(http: FastifyInstance): void {
  http.addHook("preValidation", (request, _reply, done) => {
    const { url } = request;
    if (url.includes("%00")) return done(new UnreadableText("the address contains a NUL (%00)"));
    const begin = url.indexOf("?");
    if (begin === -1 || !url.includes("%", begin)) return done();
    try {
      decodeURIComponent(url.slice(begin + 1));
    } catch {
      return done(notUtf8("query"));
    }
    return done();
  });
}
