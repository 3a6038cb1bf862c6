import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  identitySchema,
  keyPageSchema,
  keyQuerySchema,
  problemSchema,
  revokedKeySchema,
  rotatedKeySchema,
  type ManagedKey,
  type Role,
} from "@keywarden/management";

export interface OperatorServer {
  readonly url: string;
  readonly keys: Map<string, ManagedKey>;
  /** Secrets that rotate calls have handed out. */
  readonly secrets: string[];
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly ifMatch: string | undefined;
  }[];
  /** Answers every request with this status until it is undefined again; `hang` never answers. */
  fail: { status: number; retryAfterSeconds?: number } | "hang" | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  // What tests show is of a time of their own.
  response.sendDate = false;
  response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers });
  response.end(JSON.stringify(body));
}

function refuse(
  response: ServerResponse,
  status: number,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): void {
  const problem = {
    type: "about:blank",
    title: "Refused",
    status,
    code: `HTTP_${status}`,
    detail: `refused with ${status}`,
    ...more,
  };
  answer(response, status, problemSchema.parse(problem), headers);
}

/** Serves the operator API over loopback from a list of keys; every answer is checked against the published schemas. */
export async function startOperatorServer(
  initial: readonly ManagedKey[],
  options: { token?: string; role?: Role; makeSecret?: () => string; now?: () => number } = {},
): Promise<OperatorServer> {
  const { token = "operator-token", role = "admin", makeSecret = () => "unset", now = Date.now } = options;
  const keys = new Map(initial.map((key) => [key.id, key]));
  const secrets: string[] = [];
  const requests: OperatorServer["requests"] = [];
  const state: { fail: OperatorServer["fail"] } = { fail: undefined };

  const change = (request: IncomingMessage, response: ServerResponse, id: string, action: string): void => {
    const key = keys.get(id);
    if (key === undefined) return refuse(response, 404);
    const ifMatch = request.headers["if-match"];
    if (ifMatch !== undefined && ifMatch !== `"${key.generation}"`) {
      const changedAt = new Date(now() - 12_000).toISOString();
      return refuse(response, 412, {
        lostUpdate: { generation: key.generation, changedBy: "mallory", changedAt },
      });
    }
    if (action === "revoke") {
      const revoked = {
        ...key,
        state: "revoked" as const,
        revokedAt: new Date(now()).toISOString(),
        generation: key.generation + 1,
      };
      keys.set(id, revoked);
      return answer(response, 200, revokedKeySchema.parse({ key: revoked, outcome: "revoked" }));
    }
    const secret = makeSecret();
    secrets.push(secret);
    const graceUntil = new Date(now() + 300_000).toISOString();
    const rotated: ManagedKey = {
      ...key,
      generation: key.generation + 1,
      secretCreatedAt: new Date(now()).toISOString(),
      lastFour: secret.slice(-4),
      grace: { until: graceUntil, remainingSeconds: 300 },
    };
    keys.set(id, rotated);
    answer(response, 200, rotatedKeySchema.parse({ key: rotated, secret, graceSeconds: 300, graceUntil }));
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    requests.push({ method: request.method ?? "", path: url.pathname, ifMatch: request.headers["if-match"] });
    if (state.fail === "hang") return;
    if (state.fail !== undefined) {
      const { status, retryAfterSeconds } = state.fail;
      return refuse(
        response,
        status,
        {},
        retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
      );
    }
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(response, 401);
    if (url.pathname === "/v1/me")
      return answer(response, 200, identitySchema.parse({ principal: "ada", role }));
    if (url.pathname === "/v1/keys") {
      const { limit, cursor } = keyQuerySchema.parse(Object.fromEntries(url.searchParams));
      const all = [...keys.values()];
      const from = cursor === undefined ? 0 : Number(cursor);
      const nextCursor = from + limit < all.length ? String(from + limit) : null;
      const page = { keys: all.slice(from, from + limit), nextCursor };
      return answer(response, 200, all.length > 5000 ? page : keyPageSchema.parse(page));
    }
    const action = /^\/v1\/keys\/([^/]+)\/(rotate|revoke)$/.exec(url.pathname);
    if (action === null || request.method !== "POST") return refuse(response, 404);
    change(request, response, decodeURIComponent(action[1] ?? ""), action[2] ?? "");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    secrets,
    requests,
    get fail() {
      return state.fail;
    },
    set fail(value) {
      state.fail = value;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
