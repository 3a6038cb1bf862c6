import type { DenialCode } from "@keywarden/management";
import { publicAnswer, type Verifier, type VerifyRequest } from "@keywarden/verifier";
import { verifierPlugin } from "@keywarden/verifier/fastify";
import Fastify from "fastify";
import { describe, expect, it } from "vitest";

// A code that is new does not compile until it is here.
const statuses: Readonly<Record<DenialCode, 401 | 403 | 429>> = {
  "missing-key": 401,
  "malformed-key": 401,
  "unknown-key": 401,
  "other-provider": 401,
  "key-revoked": 401,
  "key-disabled": 401,
  "key-expired": 401,
  "grace-ended": 401,
  "too-many-bad-keys": 429,
  "rate-limited": 429,
  "ip-not-allowed": 403,
  "referrer-not-allowed": 403,
  "endpoint-not-allowed": 403,
  "kind-not-allowed": 403,
  "permission-missing": 403,
  "product-not-named": 403,
  "product-not-allowed": 403,
  "tenant-not-named": 403,
  "tenant-not-allowed": 403,
  "project-not-named": 403,
  "project-not-allowed": 403,
};

/** An app whose verifier refuses with a code; what the verifier was asked comes with it. */
async function makeApp(code: DenialCode) {
  const asked: VerifyRequest[] = [];
  const verifier = {
    verify: async (request: VerifyRequest) => {
      asked.push(request);
      return { ok: false, code, rateLimits: [] };
    },
  } as unknown as Verifier<never>;
  const app = Fastify();
  await app.register(verifierPlugin, { verifier });
  app.get("/", () => "in");
  const get = async (authorization?: string) =>
    app.inject({ url: "/", headers: authorization === undefined ? {} : { authorization } });
  return { asked, get };
}

describe("a sender who is refused gets", () => {
  it.each(Object.entries(statuses))(
    "for %s the status %i, from the answer and from the plugin",
    async (code, status) => {
      const denied = code as DenialCode;
      const answer = publicAnswer({ code: denied, rateLimits: [], retryAfterSeconds: 7 });
      expect(answer.status).toBe(status);
      const { get } = await makeApp(denied);
      const { statusCode, headers, body } = await get("Bearer x");
      expect([statusCode, JSON.parse(body)]).toEqual([
        status,
        expect.objectContaining({ status, code: answer.code }),
      ]);
      expect(headers["www-authenticate"] === undefined).toBe(status === 429);
      expect(headers["retry-after"] === undefined).toBe(status !== 429);
    },
  );
});

describe("the key of a request is what follows Bearer, alone", () => {
  it.each<[header: string | undefined, key: string | null]>([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["BEARER   abc  ", "abc"],
    [undefined, null],
    ["", null],
    ["Bearer", null],
    ["Bearer ", null],
    ["abc", null],
    ["Basic abc", null],
    ["Bearer-abc", null],
    ["Bearer abc def", null],
    ["Bearer abc, Bearer def", null],
    ["Bearer abc,def", null],
    ["Bearer abc,", null],
    ["x Bearer abc", null],
    ["Bearer\tabc", null],
  ])("%j gives %j", async (header, key) => {
    const { asked, get } = await makeApp("unknown-key");
    await get(header);
    expect(asked.map(({ text }) => text)).toEqual([key]);
  });
});

it("a sender who has to wait learns whether that is for its key or for its address", () => {
  const say = (code: DenialCode, retryAfterSeconds?: number) =>
    publicAnswer({ code, rateLimits: [], ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
  expect(say("rate-limited", 7).message).toMatch(/with this API key.*in 7 seconds\.$/);
  expect(say("rate-limited", 1).message).toMatch(/in 1 second\.$/);
  expect(say("too-many-bad-keys", 7).message).toMatch(/bad API keys.*in 7 seconds/);
  // Where it is not known when, a second is the least that can be waited.
  expect(say("rate-limited").headers).toEqual({ "retry-after": "1" });
});

describe("a request that is let in", () => {
  const key = { id: "key_1", provider: "example", kind: "secret", permissions: null } as const;
  const rateLimits = [{ requests: 10, windowSeconds: 60, remaining: 9, resetSeconds: 60 }];

  async function makeOpenApp(told: boolean) {
    const asked: VerifyRequest[] = [];
    const keys: string[] = [];
    const app = Fastify();
    await app.register(verifierPlugin<typeof key>, {
      verifier: {
        verify: async (request) => {
          asked.push(request);
          return { ok: true, key, rateLimits };
        },
      },
      ...(told && { needs: () => ({ permission: "read" }), onAllowed: ({ id }) => keys.push(id) }),
    });
    app.get("/things", () => "in");
    return {
      asked,
      keys,
      get: (headers: object) => app.inject({ url: "/things?a=b", headers: { ...headers } }),
    };
  }

  it("reaches its route, with what is left of the key's limits, and its key is told", async () => {
    const { asked, keys, get } = await makeOpenApp(true);
    const { statusCode, body, headers } = await get({ authorization: "Bearer abc" });
    expect([statusCode, body, headers["ratelimit"]]).toEqual([200, "in", '"per-60s";r=9;t=60']);
    expect(keys).toEqual(["key_1"]);
    expect(asked).toEqual([
      {
        text: "abc",
        ip: "127.0.0.1",
        referrer: null,
        method: "GET",
        path: "/things?a=b",
        permission: "read",
      },
    ]);
  });

  it.each([
    [{}, null],
    [{ origin: "https://origin.example" }, "https://origin.example"],
    [{ referer: "https://page.example/x" }, "https://page.example/x"],
    [{ referer: "https://page.example/x", origin: "https://origin.example" }, "https://page.example/x"],
  ])("comes, by its headers %o, from %j", async (headers, referrer) => {
    const { asked, get } = await makeOpenApp(false);
    expect((await get(headers)).statusCode).toBe(200);
    expect(asked.map((one) => one.referrer)).toEqual([referrer]);
  });
});
