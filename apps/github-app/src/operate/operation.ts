import type { TokenRole } from "@keywarden/storage";
import type { z } from "zod";
import type { OperateContext } from "./operate-context.ts";

/** `read`: see what was found. `decide`: approve or reject. `steer`: hold, arm, sweep. `tokens`: manage tokens. */
export type AppRight = "read" | "decide" | "steer" | "tokens";

/** What the holder of each role may do; the same roles as in keywarden-server. */
export const rightsByRole: Readonly<Record<TokenRole, readonly AppRight[]>> = {
  admin: ["read", "decide", "steer", "tokens"],
  operator: ["read", "decide", "steer"],
  responder: ["read", "decide"],
  reader: ["read"],
  verifier: [],
};

/** One thing that people can ask of the App, on the command line and over HTTP alike. */
export interface AppOperation<Given, Input, Output> {
  /** One sentence, for the OpenAPI document. */
  readonly summary: string;
  readonly method: "GET" | "POST";
  /** With parameters in braces, which are fields of the input: `/v1/exposures/{id}`. */
  readonly path: string;
  readonly right: AppRight;
  /** Takes numbers as text, too: in a path and a query there is nothing else. */
  readonly input: z.ZodType<Input, Given>;
  /** @throws {@link AppError} APP_NOT_FOUND, APP_CONFLICT, APP_BAD_REQUEST */
  readonly run: (context: OperateContext, input: Input, person: string) => Promise<Output>;
}

/** Keeps the exact types of an operation. */
export function defineOperation<Given, Input, Output>(
  operation: AppOperation<Given, Input, Output>,
): AppOperation<Given, Input, Output> {
  return operation;
}

export type InputOf<O> = O extends { readonly input: z.ZodType<unknown, infer Given> } ? Given : never;
export type OutputOf<O> = O extends { readonly run: (...args: never) => Promise<infer Output> }
  ? Output
  : never;
