import { createServer, type RequestListener } from "node:http";
import { builtInProviders, example, generateKey } from "@keywarden/key-format";
import { createVerifier, type VerifiableKey } from "@keywarden/verifier";
import { makeRandom, sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeExpressApi } from "../examples/express-api.ts";
import { makeFastifyApi } from "../examples/fastify-api.ts";
import { makeFetchApi } from "../examples/fetch-api.ts";
import { makeHonoApi } from "../examples/hono-api.ts";

const [format] = example.formats;
if (format === undefined) throw new Error("Example issues keys");
const random = makeRandom(7);
const texts = {
  good: generateKey(format, random),
  weak: generateKey(format, random),
  down: generateKey(format, random),
};

function keyWith(permissions: readonly string[]): VerifiableKey {
  return { id: "key_1", provider: "example", kind: "secret", permissions };
}

/** Knows one key that may read invoices, one that may not, and fails for a third. */
function makeVerifier() {
  return createVerifier({
    providers: builtInProviders,
    now: () => 0,
    find: (digest) => {
      if (digest === sha256(texts.down.reveal())) throw new Error("the storage is down");
      const restrictions = {
        rateLimits: [{ requests: 100, windowSeconds: 60 }],
        endpoints: ["GET /v1/*"],
        ipRanges: ["127.0.0.1", "::1"],
      };
      if (digest === sha256(texts.good.reveal()))
        return { key: keyWith(["invoices:read"]), state: "active", restrictions };
      if (digest === sha256(texts.weak.reveal())) return { key: keyWith([]), state: "active", restrictions };
      return null;
    },
  });
}

type Send = (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;

async function overHttp(listener: RequestListener, work: (send: Send) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await work((path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function inProcess(handle: (request: Request) => Response | Promise<Response>): Send {
  return async (path, headers = {}) =>
    handle(new Request(`http://api.example${path}`, { headers: { "x-real-ip": "127.0.0.1", ...headers } }));
}

const apis: readonly [string, (work: (send: Send) => Promise<void>) => Promise<void>][] = [
  // Express writes the stack of an error to standard error, unless it runs in its environment "test".
  ["Express", (work) => overHttp(makeExpressApi(makeVerifier()).set("env", "test"), work)],
  [
    "Fastify",
    async (work) => {
      const api = makeFastifyApi(makeVerifier());
      await api.ready();
      await overHttp((request, response) => api.routing(request, response), work);
    },
  ],
  [
    "Hono",
    (work) => {
      const api = makeHonoApi(makeVerifier()).onError((_error, context) => context.text("down", 500));
      return work(inProcess((request) => api.fetch(request)));
    },
  ],
  [
    "(Request) => Response",
    (work) => {
      const api = makeFetchApi(makeVerifier());
      return work(inProcess((request) => api(request).catch(() => new Response("down", { status: 500 }))));
    },
  ],
];

describe.each(apis)("the example API on %s", (_name, run) => {
  test("lets in a key that may do it, hands its route the key, and refuses everybody else", () =>
    run(async (send) => {
      const bearer = (key: keyof typeof texts) => ({ authorization: `Bearer ${texts[key].reveal()}` });
      expect(await (await send("/health")).text()).toBe("up");

      const allowed = await send("/v1/invoices?page=2", bearer("good"));
      expect([allowed.status, await allowed.json()]).toEqual([200, { for: "key_1" }]);
      expect(allowed.headers.get("ratelimit")).toBe('"per-60s";r=99;t=60');

      const missing = await send("/v1/invoices");
      expect([missing.status, missing.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="api"']);
      const weak = await send("/v1/invoices", bearer("weak"));
      expect(weak.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(await weak.json()).toMatchObject({ status: 403, code: "FORBIDDEN" });

      const down = await send("/v1/invoices", bearer("down"));
      expect(down.status).toBe(500);
    }));
});
