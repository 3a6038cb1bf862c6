import type { FastifyReply } from "fastify";

/**
 * Reads `Authorization: Bearer …` (RFC 6750 §2.1), with or without `secret-token:` in front of it (RFC 8959), or the
 * password of `Basic …` (RFC 7617), which is all that calendars can send; null when the header is absent or of another
 * scheme.
 */
export function readBearer(header: string | undefined): string | null {
  const bearer = /^bearer +(?:secret-token:)?([A-Za-z0-9\-._~+/]+=*) *$/i.exec(header ?? "")?.[1];
  return bearer ?? readPassword(header ?? "");
}

function readPassword(header: string): string | null {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  return /^[^:]*:([A-Za-z0-9\-._~+/]+=*)$/.exec(pair)?.[1] ?? null;
}

/** Marks an answer to a request that was done before, so that a client's count of new keys stays right. */
export function repeatHeader(isRepeat: boolean): Readonly<Record<string, string>> {
  return isRepeat ? { "idempotent-replayed": "true" } : {};
}

/** What every answer carries, whatever answers. */
export function setCommonHeaders(reply: FastifyReply, requestId: string): void {
  void reply.header("cache-control", "no-store").header("x-request-id", requestId);
  void reply.header("x-content-type-options", "nosniff");
}
