import { ownKeyHeader, sealToHeader } from "@keywarden/management";
import type { Caller } from "../auth/principal.ts";
import { ask } from "../auth/ask.ts";
import { problemEnvelope, writeRefusal } from "../http/envelope.ts";
import type { OperatorRoute } from "../http/route.ts";
import { operatorRoutes } from "../operator/mount-operator.ts";
import type { ServerContext } from "../server-context.ts";

/** Where the operator API is, for whoever asks it in this process; nothing is sent there. */
export const OPERATOR_URL = "http://localhost";

/**
 * Makes a `fetch` that asks the operator API's own routes in this process, as somebody who is known already: with
 * their rights, their limits and their name in the audit, as if they had sent the request.
 */
export function makeOperatorFetch(context: ServerContext, caller: Caller): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const header = (name: string) => request.headers.get(name) ?? undefined;
    const found = findRoute(request.method, url.pathname);
    const text = await request.text();
    const outcome = await ask(context, { caller }, found.route, {
      params: found.params,
      query: queryOf(url),
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
      ifMatch: header("if-match"),
      idempotencyKey: header("idempotency-key"),
      sealTo: header(sealToHeader),
      ownKey: header(ownKeyHeader),
    });
    if (outcome.ok) {
      const { status, body, headers } = outcome.value;
      return new Response(JSON.stringify(body), {
        status,
        headers: { ...headers, "content-type": "application/json" },
      });
    }
    const { status, body } = writeRefusal(
      problemEnvelope,
      outcome.refusal,
      context.secretFormats,
      caller.requestId,
    );
    const headers = { ...outcome.refusal.headers, "content-type": problemEnvelope.contentType };
    return new Response(body, { status, headers });
  };
}

/** As the framework reads it: a name that is there several times is a list. */
function queryOf({ searchParams }: URL): Readonly<Record<string, string | readonly string[]>> {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function findRoute(
  method: string,
  path: string,
): { readonly route: OperatorRoute; readonly params: Readonly<Record<string, string>> } {
  for (const route of operatorRoutes) {
    if (route.method !== method) continue;
    const params = matchPath(route.path, path);
    if (params !== null) return { route, params };
  }
  throw new TypeError(`${method} ${path} is no route of the operator API`);
}

function matchPath(template: string, path: string): Readonly<Record<string, string>> | null {
  const parts = template.split("/");
  const given = path.split("/");
  if (parts.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const value = given[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) params[name] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}
