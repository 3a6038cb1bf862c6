import type { Dialect } from "@keywarden/management";
import type { Caller } from "../auth/principal.ts";
import type { Outcome } from "../refusal.ts";
import type { Right } from "../auth/right.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import type { z } from "zod";

/** One admitted request: its sender is known and holds the route's right. */
export interface AdmittedCall {
  readonly caller: Caller;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly sealTo: string | undefined;
  readonly ownKey: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API's reference says of a route: its schemas are those that it is served with. */
export interface RouteContract {
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly ifMatch?: "required" | "optional";
  readonly status: number;
  readonly answer: z.ZodType;
  /** Of an answer that is text; JSON when absent. */
  readonly mediaType?: string;
  /** What the answer says outside its body. */
  readonly headers?: readonly ("ETag" | "Location")[];
  /** Whether a long answer is compressed for whoever takes that; never one with a secret in it. */
  readonly isCompressed?: boolean;
}

/** A route of Keywarden's own API over all providers. */
export interface OperatorRoute {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly right: Right;
  /** How large a body it takes; 64 KiB when absent. */
  readonly bodyLimitBytes?: number;
  /** Whether it shows and changes only what the limits of a token allow; the others refuse a token with limits. */
  readonly keepsLimits?: true;
  readonly contract: RouteContract;
  handle(context: ServerContext, call: AdmittedCall): Promise<Outcome<Answer>>;
}

/** What every provider's API does, whatever its dialect: method, path and bodies come from the dialect. */
export interface ProviderRoute {
  readonly operation: keyof Dialect["operations"];
  readonly right: Right;
  handle(context: ServerContext, provider: MountedProvider, call: AdmittedCall): Promise<Outcome<Answer>>;
}
