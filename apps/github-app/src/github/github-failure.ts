import { AppError } from "../app-error.ts";
import type { AppErrorCode } from "../app-error.ts";

/**
 * Turns what Octokit throws into a coded error. The original is dropped: it carries the request with its headers.
 *
 * @param doing completes "cannot …".
 */
export function githubFailure(error: unknown, doing: string, nowMs: number): AppError {
  const status = numberIn(error, "status") ?? 0;
  const headers = headersOf(error);
  const retryAfterMs = retryAfterFrom(headers, nowMs);
  const isLimited =
    status === 429 ||
    (status === 403 && (retryAfterMs !== undefined || headers["x-ratelimit-remaining"] === "0"));
  const code = isLimited
    ? "GITHUB_RATE_LIMITED"
    : (codeByStatus[status] ?? (status >= 500 || status === 0 ? "GITHUB_UNAVAILABLE" : "GITHUB_REFUSED"));
  const said = status === 0 ? "no answer" : `GitHub answered ${status}`;
  return new AppError(code, `cannot ${doing}: ${said}`, {
    retryAfterMs: isLimited ? (retryAfterMs ?? 60_000) : retryAfterMs,
  });
}

/** Whether GitHub has said that it did not do what was asked; otherwise nobody knows. */
export function wasRefused(error: unknown): boolean {
  const status = numberIn(error, "status") ?? 0;
  return status >= 400 && status < 500 && status !== 408;
}

const codeByStatus: Readonly<Record<number, AppErrorCode>> = {
  401: "GITHUB_UNAUTHORISED",
  403: "GITHUB_FORBIDDEN",
  404: "GITHUB_NOT_FOUND",
  410: "GITHUB_NOT_FOUND",
  451: "GITHUB_NOT_FOUND",
};

function retryAfterFrom(headers: Readonly<Record<string, unknown>>, nowMs: number): number | undefined {
  const retryAfter = Number(headers["retry-after"] ?? NaN);
  if (Number.isFinite(retryAfter) && retryAfter >= 0) return retryAfter * 1_000;
  const reset = Number(headers["x-ratelimit-reset"] ?? NaN);
  const isSpent = headers["x-ratelimit-remaining"] === "0";
  return isSpent && Number.isFinite(reset) ? Math.max(0, reset * 1_000 - nowMs) : undefined;
}

function headersOf(error: unknown): Readonly<Record<string, unknown>> {
  if (typeof error !== "object" || error === null || !("response" in error)) return {};
  const { response } = error;
  if (typeof response !== "object" || response === null || !("headers" in response)) return {};
  return (response.headers ?? {}) as Readonly<Record<string, unknown>>;
}

function numberIn(error: unknown, name: string): number | undefined {
  if (typeof error !== "object" || error === null || !(name in error)) return undefined;
  const value = (error as Readonly<Record<string, unknown>>)[name];
  return typeof value === "number" ? value : undefined;
}
