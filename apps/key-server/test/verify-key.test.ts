import { azotte, Secret } from "@keywarden/key-format";
import { createVerifier, makeRemoteVerifier } from "@keywarden/verifier";
import { verifierPlugin } from "@keywarden/verifier/fastify";
import { sha256 } from "@keywarden/testing";
import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";

interface Answer {
  readonly valid: boolean;
  readonly code?: string;
  readonly rateLimits: readonly { readonly remaining: number }[];
  readonly answer?: { readonly status: number; readonly message: string };
}

async function verify(server: TestServer, body: object, token?: string): Promise<Answer> {
  const response = await server.call("POST", "/v1/keys/verify", { body, ...(token && { token }) });
  expect(response.statusCode).toBe(200);
  return response.json();
}

const stranger = ["sk", "live", "0".repeat(40)].join("_");
const exampleCall = { method: "GET", url: "/example/v1/users/usr_123" } as const;

describe("200", () => {
  test("a working key, by its text, with secret-token: in front, or by its SHA-256", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production");
    for (const body of [{ key: text }, { key: `secret-token:${text}` }, { sha256: sha256(text) }])
      expect(await verify(server, body)).toMatchObject({ valid: true, key: { id: key.id }, rateLimits: [] });
    const sample = await server.call("GET", sampleOf("aforo").url, { token: `secret-token:${text}` });
    expect(sample.statusCode).toBe(200);
  });

  test("a token with the role verifier may verify and nothing else", async () => {
    await using server = await makeServer();
    const token = await server.tokenFor("verifier");
    const { text } = await server.issue("aforo", "secret", "production");
    expect((await verify(server, { key: text }, token)).valid).toBe(true);
    expect((await server.call("GET", "/v1/keys", { token })).statusCode).toBe(403);
  });

  test("every way to be no working key has its own code for the owner and one answer for the sender", async () => {
    await using server = await makeServer();
    const expiresAt = new Date(server.clock() + 1000).toISOString();
    const expired = await server.issue("aforo", "secret", "production", { expiresAt });
    const revoked = await server.issue("aforo", "secret", "production");
    const rotated = await server.issue("aforo", "secret", "production");
    const good = await server.issue("aforo", "secret", "production");
    for (const { text } of [expired, revoked, rotated, good])
      expect((await verify(server, { key: text })).valid).toBe(true);
    await server.call("POST", `/v1/keys/${revoked.key.id}/revoke`);
    await server.call("POST", `/v1/keys/${rotated.key.id}/rotate`, { headers: { "if-match": '"1"' } });
    server.clock.advance(300_000);

    const answers = await Promise.all(
      [
        { key: expired.text },
        { key: revoked.text },
        { key: rotated.text },
        { key: stranger },
        { key: "nonsense" },
        { key: good.text, provider: "example" },
      ].map((body) => verify(server, body)),
    );

    expect(answers.map(({ code }) => code)).toEqual([
      "key-expired",
      "key-revoked",
      "grace-ended",
      "unknown-key",
      "malformed-key",
      "other-provider",
    ]);
    expect(new Set(answers.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
  });

  test("restrictions are judged in one order: IP, referrer, endpoint, kind, permission, scope", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("example", "secret", "production", {
      restrictions: {
        ipRanges: ["10.0.0.0/8", "2001:db8::/32"],
        referrers: ["https://app.example.com"],
        endpoints: ["GET /v1/users/*"],
      },
    });
    const good = {
      key: text,
      ip: "10.1.2.3",
      referrer: "https://app.example.com/page?x=1",
      method: "GET",
      path: "/v1/users/usr_1?expand=1",
    };
    const codeOf = async (change: object) => (await verify(server, { ...good, ...change })).code ?? "valid";
    expect(await codeOf({})).toBe("valid");
    expect(await codeOf({ ip: "::ffff:10.9.9.9" })).toBe("valid");
    expect(await codeOf({ ip: "2001:db8::1" })).toBe("valid");
    for (const ip of ["11.0.0.1", "fe80::1%eth0", undefined])
      expect([ip, await codeOf({ ip, referrer: "https://evil.example" })]).toEqual([ip, "ip-not-allowed"]);
    for (const referrer of [
      "https://evil.example/?https://app.example.com",
      "https://app.example.com.evil.example/",
      "http://app.example.com/",
      "",
      undefined,
    ])
      expect(await codeOf({ referrer, path: "/v1/other" })).toBe("referrer-not-allowed");
    for (const path of [
      "/v1/users",
      "/v1/users/a/b",
      "/v1//users/a",
      "/v1/users/..",
      "/v1/users/%2e%2e",
      "/v1/users/a%2fb",
      "/v1/users/%zz",
      "/V1/users/a",
      undefined,
    ])
      expect([path, await codeOf({ path, kinds: ["publishable"] })]).toEqual([path, "endpoint-not-allowed"]);
    expect(await codeOf({ method: "POST" })).toBe("endpoint-not-allowed");
    expect(await codeOf({ kinds: ["publishable"], permission: "x" })).toBe("kind-not-allowed");
  });
});

describe("401 and 403 on a provider's own API", () => {
  test("Example: a key used from elsewhere is told what to check, not which restriction to get around", async () => {
    await using server = await makeServer();
    const make = (restrictions: object) => server.issue("example", "secret", "production", { restrictions });
    const bodies = new Set<string>();
    for (const restrictions of [
      { ipRanges: ["192.0.2.0/24"] },
      { referrers: ["https://app.example.com"] },
      { endpoints: ["POST /v1/users"] },
    ]) {
      const { text } = await make(restrictions);
      const response = await server.call(exampleCall.method, exampleCall.url, { token: text });
      expect(response.statusCode).toBe(403);
      bodies.add(response.body);
    }
    expect([...bodies]).toEqual([expect.stringContaining("IP addresses, referrers, endpoints")]);
  });

  test("a proxy that is not trusted cannot say where a request comes from", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("example", "secret", "production", {
      restrictions: { ipRanges: ["192.0.2.7"] },
    });
    const response = await server.call("GET", exampleCall.url, {
      token: text,
      headers: { "x-forwarded-for": "192.0.2.7" },
    });
    expect(response.statusCode).toBe(403);
  });

  test("a key with a rate limit makes keys with the same or a lower one, and no others", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production", {
      restrictions: { rateLimits: [{ requests: 50, windowSeconds: 60 }] },
    });
    const make = async (rate_limits: object) => {
      const body = { name: "n", environment: "live", rate_limits };
      return (await server.call("POST", "/aforo/api/v1/api-keys", { token: text, body })).statusCode;
    };

    const minute = (requests: number) => ({ requests, window_seconds: 60 });
    const hour = { requests: 1, window_seconds: 3600 };
    expect([await make([minute(50)]), await make([minute(1)]), await make([hour, minute(50)])]).toEqual([
      201, 201, 201,
    ]);
    expect([await make([minute(51)]), await make([hour])]).toEqual([403, 403]);
  });

  test("a restricted key makes no key that is restricted less, and its child inherits what is not said", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("example", "secret", "production", {
      restrictions: { ipRanges: ["127.0.0.0/8", "10.0.0.0/8"] },
    });
    const make = (body: object) =>
      server.call("POST", "/example/v1/api-keys", {
        token: text,
        body: { name: "n", environment: "live", ...body },
      });
    expect((await make({ ip_ranges: ["0.0.0.0/0"] })).statusCode).toBe(403);
    expect((await make({ ip_ranges: ["10.0.0.0/8"] })).statusCode).toBe(201);
    expect((await make({ ip_ranges: ["10.1.0.0/16", "127.0.0.1"] })).statusCode).toBe(201);
    expect((await make({ ip_ranges: ["10.1.0.0/16", "8.0.0.0/6"] })).statusCode).toBe(403);
    const child = await make({});
    const shown = await server.call("GET", `/v1/keys/${child.json<{ data: { id: string } }>().data.id}`);
    expect(shown.json()).toMatchObject({ restrictions: { ipRanges: ["127.0.0.0/8", "10.0.0.0/8"] } });
    const free = await server.issue("example", "secret", "production");
    const rotated = await server.call("POST", `/example/v1/api-keys/${free.key.id}/rotate`, { token: text });
    expect(rotated.statusCode).toBe(403);
  });
});

describe("429", () => {
  test("a key's limit is shared by both of its secrets, exact under concurrency, and says when to come back", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production", {
      restrictions: { rateLimits: [{ requests: 10, windowSeconds: 60 }] },
    });
    const rotated = await server.call("POST", `/v1/keys/${key.id}/rotate`, {
      headers: { "if-match": '"1"' },
    });
    const next = rotated.json<{ secret: string }>().secret;

    const responses = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        server.call("GET", sampleOf("aforo").url, { token: index % 2 === 0 ? text : next }),
      ),
    );

    expect(responses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(10);
    const refused = responses.find(({ statusCode }) => statusCode === 429);
    expect(refused?.headers).toMatchObject({
      "ratelimit-policy": '"per-60s";q=10;w=60',
      ratelimit: '"per-60s";r=0;t=60',
      "retry-after": "60",
    });
    expect(refused?.json()).toMatchObject({ error: { code: "rate_limited" } });
    server.clock.advance(60_000);
    const later = await server.call("GET", sampleOf("aforo").url, { token: next });
    expect([later.statusCode, later.headers["ratelimit"]]).toEqual([200, '"per-60s";r=9;t=60']);
  });

  test("an address that tries bad keys is stopped before the database, and a key known to be good is not", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production");
    const call = (token: string) => server.call("GET", sampleOf("aforo").url, { token });
    expect((await call(text)).statusCode).toBe(200);
    const statuses = [];
    for (let index = 0; index < 101; index += 1) statuses.push((await call(stranger)).statusCode);
    expect([statuses.at(99), statuses.at(100)]).toEqual([401, 429]);
    expect((await call(text)).statusCode).toBe(200);
    server.clock.advance(60_000);
    expect((await call(stranger)).statusCode).toBe(401);
  });

  test("guessing tokens is limited the same way", async () => {
    await using server = await makeServer();
    const statuses = [];
    for (let index = 0; index < 101; index += 1)
      statuses.push((await server.call("GET", "/v1/me", { token: `kwt_${index}` })).statusCode);
    expect([statuses.at(99), statuses.at(100)]).toEqual([401, 429]);
  });

  test("whoever guesses tokens does not lock out an operator at the same address", async () => {
    await using server = await makeServer();
    const [known, fresh] = [await server.tokenFor("responder"), await server.tokenFor("responder")];
    const me = (token: string) => server.call("GET", "/v1/me", { token });
    expect((await me(known)).statusCode).toBe(200);
    for (let index = 0; index < 101; index += 1) await me(`kwt_${index}`);

    // One that was never seen before, too, as all are right after a restart.
    expect([(await me(known)).statusCode, (await me(fresh)).statusCode]).toEqual([200, 200]);
  });

  test("guesses from many IPv6 addresses of one network are counted together", async () => {
    await using server = await makeServer();
    const from = async (host: number) => {
      const headers = { authorization: `Bearer kwt_${host}` };
      const remoteAddress = `2001:db8::${host.toString(16)}`;
      return (await server.app.http.inject({ url: "/v1/me", headers, remoteAddress })).statusCode;
    };
    const statuses = [];
    for (let host = 1; host <= 101; host += 1) statuses.push(await from(host));
    expect([statuses.at(99), statuses.at(100)]).toEqual([401, 429]);
  });
});

describe("an API of one's own", () => {
  async function makeApi(server: TestServer) {
    await server.app.http.listen({ host: "127.0.0.1", port: 0 });
    const address = server.app.http.addresses()[0];
    if (typeof address !== "object") throw new Error("not listening");
    const baseUrl = `http://127.0.0.1:${address.port}`;
    const verifier = makeRemoteVerifier({ baseUrl, token: new Secret(await server.tokenFor("verifier")) });
    const api = Fastify();
    const reasons: string[] = [];
    await api.register(verifierPlugin, {
      verifier,
      onDenied: ({ code }: { code: string }) => reasons.push(code),
    });
    api.get("/v1/things", async () => ({ things: [] }));
    return { api, reasons };
  }

  test("asks the server for each request, so that a revoke ends the key in another process at once", async () => {
    await using server = await makeServer();
    const { api, reasons } = await makeApi(server);
    const { key, text } = await server.issue("aforo", "secret", "production", {
      restrictions: { rateLimits: [{ requests: 3, windowSeconds: 60 }] },
    });
    const call = (authorization: string) =>
      api.inject({ url: "/v1/things", headers: authorization === "" ? {} : { authorization } });

    const good = await call(`Bearer ${text}`);
    expect([good.statusCode, good.headers["ratelimit"]]).toEqual([200, '"per-60s";r=2;t=60']);
    const missing = await call("");
    expect([missing.statusCode, missing.headers["content-type"]]).toEqual([
      401,
      "application/problem+json; charset=utf-8",
    ]);
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    const dead = await call(`Bearer ${text}`);
    expect(dead.statusCode).toBe(401);
    expect(dead.json()).toMatchObject({ title: "Unauthorized", status: 401, code: "INVALID_TOKEN" });
    expect(reasons).toEqual(["missing-key", "key-revoked"]);
    await api.close();
  });

  test("can look keys up in its own process", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("azotte", "secret", "development");
    const verifier = createVerifier({
      providers: [azotte],
      now: server.clock,
      find: async (digest) => {
        const found = await server.storage.keys.findBySha256(digest);
        return found && { key: found.key, state: found.secret.state, restrictions: {} };
      },
    });
    expect(
      await verifier.verify({ sha256: sha256(text), ip: null, permission: "payments:process" }),
    ).toMatchObject({
      ok: true,
    });
    expect(
      await verifier.verify({ sha256: sha256(text), ip: null, permission: "team:manage" }),
    ).toMatchObject({
      ok: false,
      code: "permission-missing",
    });
  });
});
