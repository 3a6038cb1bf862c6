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
