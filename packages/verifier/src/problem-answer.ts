import { publicAnswer } from "./public-answer.ts";
import type { Denied, VerifiableKey } from "./verdict.ts";

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An RFC 9457 problem, as text. */
  readonly body: string;
}

/** Writes a refusal for its sender: the same for all reasons that a sender must not distinguish. */
export function problemAnswer(denied: Denied<VerifiableKey>): ProblemAnswer {
  const { status, code, message, headers } = publicAnswer(denied);
  const error =
    code === "UNAUTHENTICATED" ? "" : `, error="${status === 401 ? "invalid_token" : "insufficient_scope"}"`;
  return {
    status,
    headers: {
      ...headers,
      ...(status !== 429 && { "www-authenticate": `Bearer realm="api"${error}` }),
      "content-type": "application/problem+json",
    },
    body: JSON.stringify({ type: "about:blank", title: titles[status], status, code, detail: message }),
  };
}

/** Finds the key in an `Authorization` header; null if there is none. */
export function bearerOf(authorization: string | null | undefined): string | null {
  return /^bearer +([^\s,]+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}

const titles = { 401: "Unauthorized", 403: "Forbidden", 429: "Too Many Requests" } as const;
