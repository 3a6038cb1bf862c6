import type { Secret } from "@keywarden/key-format";
import { AppError } from "../app-error.ts";
import type { AppErrorCode } from "../app-error.ts";
import type { AppConnection } from "./connection.ts";
import type { OutputOf } from "./operation.ts";
import { operations } from "./operations.ts";
import type { OperationName } from "./operations.ts";

/** Names the person behind an administrator's token, which several can read. */
export const personHeader = "x-keywarden-person";

const timeoutMs = 30_000;
const refusals: ReadonlySet<string> = new Set([
  "APP_BAD_REQUEST",
  "APP_UNAUTHORISED",
  "APP_FORBIDDEN",
  "APP_NOT_FOUND",
  "APP_CONFLICT",
]);

/** Asks a running App. */
export function connectOverHttp(url: string, token: Secret, person: string | null): AppConnection {
  const call = async <N extends OperationName>(
    name: N,
    input: object,
  ): Promise<OutputOf<(typeof operations)[N]>> => {
    const { method, path } = operations[name];
    const left = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
    const filled = path.replaceAll(/\{(\w+)\}/gu, (_, field: string) => {
      const value = String(left.get(field));
      left.delete(field);
      return encodeURIComponent(value);
    });
    const query = new URLSearchParams(
      Object.fromEntries([...left].map(([field, value]) => [field, String(value)])),
    );
    const isRead = method === "GET";
    const target = `${url.replace(/\/+$/u, "")}${filled}${isRead && left.size > 0 ? `?${query.toString()}` : ""}`;
    const answer = await fetch(target, {
      method,
      // A redirect would carry the token to wherever it points.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        ...(person === null ? {} : { [personHeader]: encodeURIComponent(person) }),
        ...(isRead ? {} : { "content-type": "application/json" }),
      },
      ...(isRead ? {} : { body: JSON.stringify(Object.fromEntries(left)) }),
    }).catch(() => {
      throw new AppError("APP_UNREACHABLE", `no App answers at ${url}`);
    });
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw refusalFrom(body, `${url} answered ${answer.status}`);
    // The other end is this very program, whose table gives the type.
    return body as OutputOf<(typeof operations)[N]>;
  };
  return { call, async [Symbol.asyncDispose]() {} };
}

function refusalFrom(body: unknown, otherwise: string): AppError {
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown };
  const known = typeof code === "string" && refusals.has(code) ? (code as AppErrorCode) : "APP_UNREACHABLE";
  return new AppError(known, typeof detail === "string" ? detail : otherwise);
}
