import type { FastifyReply } from "fastify";
import { AppError } from "../app-error.ts";
import { reduceFailure } from "../jobs/failure.ts";
import type { Log } from "../log.ts";

/** The statuses of refusals; whatever is not here is a failure of the App. */
const statusByCode: Readonly<Record<string, number>> = {
  APP_BAD_REQUEST: 400,
  APP_UNAUTHORISED: 401,
  APP_FORBIDDEN: 403,
  APP_NOT_FOUND: 404,
  APP_CONFLICT: 409,
};

/** Answers with a refusal as RFC 9457 has it; what the App did not foresee stays in its log. */
export function sendProblem(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  const isForeseen = error instanceof AppError;
  const code = isForeseen ? error.code : codeOfFastify(error);
  // A foreseen failure other than a refusal comes from GitHub or from a provider.
  const status = statusByCode[code] ?? (isForeseen ? 502 : 500);
  if (status === 401) void reply.header("www-authenticate", 'Bearer realm="keywarden"');
  if (status >= 500) log("error", "a request to the API failed", { code: reduceFailure(error).code });
  const detail = status === 500 ? "the App failed; its log has the code" : (error as Error).message;
  return reply
    .status(status)
    .header("content-type", "application/problem+json")
    .send(JSON.stringify({ type: "about:blank", title: titles[status], status, code, detail }));
}

function codeOfFastify(error: unknown): string {
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" && status < 500 ? "APP_BAD_REQUEST" : "APP_UNEXPECTED";
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  500: "Internal Server Error",
  502: "Bad Gateway",
};
