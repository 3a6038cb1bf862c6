import { createServer, type IncomingMessage } from "node:http";
import { guardExpress } from "@keywarden/verifier/express";
import { guardRequests, type Verdict, type VerifiableKey, type VerifyRequest } from "@keywarden/verifier";
import { describe, expect, test } from "vitest";

const key: VerifiableKey = { id: "key_1", provider: "example", kind: "secret", permissions: null };

/** An API behind a verifier that says this of every request. */
function makeApi(verdict: Verdict<VerifiableKey>) {
  const asked: VerifyRequest[] = [];
  const reasons: string[] = [];
  const api = guardRequests(
    {
      verifier: {
        verify: async (request) => {
          asked.push(request);
          return verdict;
        },
      },
      addressOf: () => "10.1.2.3",
      needs: () => ({ permission: "invoices:read" }),
      onDenied: ({ code }) => reasons.push(code),
    },
    (_request, { id }) => new Response(`for ${id}`, { headers: { "content-type": "text/plain" } }),
  );
  const send = (headers: Readonly<Record<string, string>> = {}) =>
    api(new Request("https://api.example/v1/users/1?a=b", { headers }));
  return { send, asked, reasons };
}

describe("an API of the Fetch standard behind a verifier", () => {
  test("hands the key to its handler, and the facts of the request to the verifier", async () => {
    const rateLimits = [{ requests: 10, windowSeconds: 60, remaining: 9, resetSeconds: 60 }];
    const { send, asked } = makeApi({ ok: true, key, rateLimits });
    const response = await send({ authorization: "Bearer abc", referer: "https://app.example/x" });
    expect([response.status, await response.text()]).toEqual([200, "for key_1"]);
    expect(response.headers.get("ratelimit")).toBe('"per-60s";r=9;t=60');
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(asked).toEqual([
      {
        text: "abc",
        ip: "10.1.2.3",
        referrer: "https://app.example/x",
        method: "GET",
        path: "/v1/users/1?a=b",
        permission: "invoices:read",
      },
    ]);
  });

  test.each([
    ["missing-key", 401, 'Bearer realm="api"'],
    ["key-revoked", 401, 'Bearer realm="api", error="invalid_token"'],
    ["ip-not-allowed", 403, 'Bearer realm="api", error="insufficient_scope"'],
    ["rate-limited", 429, null],
  ] as const)(
    "answers %s with %d, and tells the reason to the API alone",
    async (code, status, challenge) => {
      const { send, reasons } = makeApi({ ok: false, code, key: null, rateLimits: [], retryAfterSeconds: 7 });
      const response = await send();
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([status, challenge]);
      expect(response.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
      expect(await response.json()).toMatchObject({ status, type: "about:blank" });
      expect(reasons).toEqual([code]);
    },
  );

  test("gives the handler's own response where the key has no limits, and asks for nothing more", async () => {
    const own = new Response("mine");
    const verifier = { verify: async () => ({ ok: true, key, rateLimits: [] }) as const };
    const api = guardRequests({ verifier, addressOf: () => null }, () => own);
    expect(await api(new Request("https://api.example/"))).toBe(own);
  });

  test("refuses without telling anybody where nobody listens", async () => {
    const verifier = {
      verify: async () => ({ ok: false, code: "unknown-key", key: null, rateLimits: [] }) as const,
    };
    const api = guardRequests({ verifier, addressOf: () => null }, () => new Response("in"));
    expect((await api(new Request("https://api.example/"))).status).toBe(401);
  });
});

describe("an Express API behind a verifier", () => {
  /** What a guard does with one request over a real connection: its answer, and whether it let the request through. */
  async function askOnce(verdict: Verdict<VerifiableKey>, ownAddress?: string) {
    const passed: IncomingMessage[] = [];
    const asked: VerifyRequest[] = [];
    const guard = guardExpress({
      verifier: {
        verify: async (request) => {
          asked.push(request);
          return verdict;
        },
      },
    });
    const seen = Promise.withResolvers<IncomingMessage>();
    const server = createServer((request, response) => {
      if (ownAddress !== undefined) Object.assign(request, { ip: ownAddress });
      const next = (): void => {
        passed.push(request);
        response.end("in");
      };
      void guard(request, response, next).then(() => seen.resolve(request));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { status } = await fetch(`http://127.0.0.1:${port}/v1/users`);
    const request = await seen.promise;
    server.closeAllConnections();
    server.close();
    return { status, isPassed: passed.length > 0, ip: asked[0]?.ip, keyOf: () => guard.keyOf(request) };
  }

  test("lets a good key through once and hands it over, with the address of the connection", async () => {
    const { status, isPassed, ip, keyOf } = await askOnce({ ok: true, key, rateLimits: [] });
    expect([status, isPassed, keyOf(), ip]).toEqual([200, true, key, "127.0.0.1"]);
  });

  test("believes Express where it knows the address of the sender", async () => {
    expect((await askOnce({ ok: true, key, rateLimits: [] }, "192.0.2.9")).ip).toBe("192.0.2.9");
  });

  test("never goes on to the route after a refusal, and has no key for it", async () => {
    const denied = { ok: false, code: "key-revoked", key, rateLimits: [] } as const;
    const { status, isPassed, keyOf } = await askOnce(denied);
    expect([status, isPassed]).toEqual([401, false]);
    expect(keyOf).toThrow(TypeError);
  });
});
