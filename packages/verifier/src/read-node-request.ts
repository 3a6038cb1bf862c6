import type { IncomingHttpHeaders } from "node:http";
import { bearerOf } from "./problem-answer.ts";
import type { VerifyRequest } from "./verdict.ts";

/** Reads what a verifier has to know from a request as node:http has it. */
export function readNodeRequest(request: {
  readonly headers: IncomingHttpHeaders;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly ip?: string | undefined;
}): VerifyRequest {
  const { authorization, referer, origin } = request.headers;
  return {
    text: bearerOf(authorization),
    ip: request.ip ?? null,
    referrer: referer ?? origin ?? null,
    method: request.method,
    path: request.url,
  };
}
