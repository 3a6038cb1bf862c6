import type { FastifyReply } from "fastify";

/** Sends a page that loads nothing from anywhere else, and that no other site may frame but those that are named. */
export function sendPage(reply: FastifyReply, page: string, frameAncestors = "'none'"): FastifyReply {
  return reply
    .header("content-type", "text/html; charset=utf-8")
    .header("content-security-policy", `${policy}; frame-ancestors ${frameAncestors}`)
    .header("referrer-policy", "same-origin")
    .send(page);
}

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
].join("; ");
