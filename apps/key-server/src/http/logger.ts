import type { Writable } from "node:stream";
import { redactWithin, type ProviderProfile } from "@keywarden/key-format";
import type { FastifyServerOptions } from "fastify";
import type { LogLevel } from "../options.ts";

/** Logging that is told what to write, never what to leave out: no headers, no bodies, no query strings. */
export function loggerOptions(
  level: LogLevel,
  stream: Writable,
  profiles: readonly ProviderProfile[],
): NonNullable<FastifyServerOptions["logger"]> {
  const clean = (text: string) => redactWithin(text, profiles);
  return {
    level,
    stream,
    redact: {
      paths: [
        "authorization",
        "*.authorization",
        "headers",
        "*.headers",
        "body",
        "*.body",
        "secret",
        "*.secret",
      ],
      censor: "[redacted]",
    },
    serializers: {
      req: ({ method, url }) => ({ method, path: clean(url.split("?")[0] ?? "") }),
      res: ({ statusCode }) => ({ statusCode: statusCode ?? 0 }),
      err: (error) => ({
        type: error.name,
        ...(typeof error.code === "string" && { code: error.code }),
        message: clean(error.message),
        stack: level === "debug" ? clean(error.stack ?? "") : "",
      }),
    },
  };
}
