import type { RequestListener } from "node:http";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, makeManagementClient, ManagementError } from "@keywarden/management";
import { describe, expect, test } from "vitest";
import { startScriptedServer } from "./scripted-server.ts";

const token = new Secret("kwt_" + "t0ken".repeat(8));

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

async function failing(
  listener: RequestListener,
  options: { timeoutMs?: number } = {},
): Promise<ManagementError> {
  await using server = await startScriptedServer(listener);
  const client = makeManagementClient({
    dialect: "aforo",
    baseUrl: `${server.origin}/aforo`,
    token,
    ...options,
  });
  const thrown: unknown = await client.list().catch((error: unknown) => error);
  if (!(thrown instanceof ManagementError)) throw new Error("the call did not fail", { cause: thrown });
  expect(`${thrown.message} ${thrown.stack ?? ""} ${JSON.stringify(thrown)}`).not.toContain(token.reveal());
  return thrown;
}

describe("a base URL", () => {
  test.each([
    ["http://api.aforo.ai", "use https"],
    ["ftp://api.aforo.ai", "use https"],
    ["http://127.0.0.1.evil.example", "use https"],
    ["https://user:pass@api.aforo.ai", "must not contain credentials"],
    ["https://api.aforo.ai/?x=1", "must end with its path"],
    ["api.aforo.ai", "not a URL"],
  ])("%s is refused", (baseUrl, sentence) => {
    for (const make of [makeInventoryClient, makeManagementClient]) {
      expect(() => make({ dialect: "aforo", baseUrl, token })).toThrow(
        expect.objectContaining({
          code: "MANAGEMENT_BAD_URL",
          message: expect.stringContaining(sentence) as string,
        }) as Error,
      );
    }
  });

  test.each(["https://api.aforo.ai", "http://localhost:1", "http://127.0.0.1:1/aforo/", "http://[::1]:1"])(
    "%s is accepted",
    (baseUrl) => {
      expect(() => makeManagementClient({ dialect: "aforo", baseUrl, token })).not.toThrow();
    },
  );

  test("of plain http is accepted when it is explicitly allowed", () => {
    const baseUrl = "http://keys.internal";
    expect(() => makeInventoryClient({ baseUrl, token, allowInsecureHttp: true })).not.toThrow();
  });
});

test("a dialect that does not exist is refused with those that do", () => {
  expect(() => makeManagementClient({ dialect: "stripe", baseUrl: "https://x", token })).toThrow(
    /aforo.*standard/,
  );
  expect(() => makeManagementClient({ dialect: "constructor", baseUrl: "https://x", token })).toThrow(
    'Unknown dialect "constructor". The dialects are',
  );
});

describe("a request", () => {
  test("carries the token, the documented path and body, and nothing else of ours", async () => {
    await using server = await startScriptedServer(answer(201, { key: "sk" + "_live_x", id: "key_1" }));
    const client = makeManagementClient({ dialect: "aforo", baseUrl: `${server.origin}/base/`, token });

    await client.create({ name: "prod-key-v2", kind: "secret", environment: "production" });

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: "POST",
      url: "/base/api/v1/api-keys",
      headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" },
    });
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({ name: "prod-key-v2", environment: "live" });
  });

  test("keeps a key's id in its place in the path", async () => {
    await using server = await startScriptedServer(answer(404, {}));
    const client = makeManagementClient({ dialect: "aforo", baseUrl: server.origin, token });

    await client.revoke("a/../b?c#d").catch(() => undefined);

    expect(server.requests[0]?.url).toBe("/api/v1/api-keys/a%2F..%2Fb%3Fc%23d");
    for (const id of ["", ".", "..", "x".repeat(201)]) {
      await expect(client.revoke(id)).rejects.toMatchObject({ code: "MANAGEMENT_BAD_REQUEST" });
    }
    expect(server.requests).toHaveLength(1);
  });

  test("is sent once, whatever comes back", async () => {
    await using server = await startScriptedServer(answer(503, {}, { "retry-after": "1" }));
    const client = makeManagementClient({ dialect: "aforo", baseUrl: server.origin, token });

    await expect(client.list()).rejects.toMatchObject({ code: "MANAGEMENT_UNAVAILABLE", retryAfterMs: 1000 });

    expect(server.requests).toHaveLength(1);
  });
});

describe("an answer", () => {
  test.each([301, 302, 303, 307, 308])("of %i is refused and the token follows nowhere", async (status) => {
    await using elsewhere = await startScriptedServer(answer(200, { api_keys: [] }));

    const error = await failing(answer(status, "", { location: elsewhere.origin }));

    expect(error.code).toBe("MANAGEMENT_REDIRECTED");
    expect(elsewhere.requests).toEqual([]);
  });

  test("that never comes is a time-out", async () => {
    const error = await failing(() => undefined, { timeoutMs: 50 });

    expect([error.code, error.message]).toEqual([
      "MANAGEMENT_TIMEOUT",
      expect.stringContaining("did not answer within 50 ms"),
    ]);
  });

  test("whose body never ends is a time-out too", async () => {
    const error = await failing(
      (_request, response) => {
        response.writeHead(200);
        response.write('{"api_keys":[');
      },
      { timeoutMs: 50 },
    );

    expect(error.code).toBe("MANAGEMENT_TIMEOUT");
  });

  test("larger than 16 MiB is not read to its end", async () => {
    const error = await failing((_request, response) => {
      const piece = Buffer.alloc(1024 * 1024, 32);
      const write = (left: number): void => {
        if (left === 0) response.end();
        else response.write(piece, () => write(left - 1));
      };
      write(64);
    });

    expect(error.code).toBe("MANAGEMENT_BAD_ANSWER");
  });

  test.each([
    [400, "MANAGEMENT_BAD_REQUEST"],
    [401, "MANAGEMENT_UNAUTHORISED"],
    [403, "MANAGEMENT_FORBIDDEN"],
    [404, "MANAGEMENT_NOT_FOUND"],
    [409, "MANAGEMENT_CONFLICT"],
    [412, "MANAGEMENT_PRECONDITION"],
    [429, "MANAGEMENT_RATE_LIMITED"],
    [500, "MANAGEMENT_UNAVAILABLE"],
    [503, "MANAGEMENT_UNAVAILABLE"],
    [204, "MANAGEMENT_BAD_ANSWER"],
  ])("of %i is %s", async (status, code) => {
    const error = await failing((_request, response) => response.writeHead(status).end());

    expect([error.code, error.status]).toEqual([code, status]);
  });

  test.each([
    ["no JSON", "<html>"],
    ["another shape", { keys: [] }],
    ["a prefix that the provider lacks", { api_keys: [{ id: "k", prefix: "pk" + "_live_" }] }],
  ])("of %s is a bad answer", async (_name, body) => {
    const error = await failing(answer(200, body));

    expect([error.code, error.message]).toEqual([
      "MANAGEMENT_BAD_ANSWER",
      expect.stringContaining("not in the aforo dialect"),
    ]);
  });

  test("that repeats the token or a key is cleaned before it is shown", async () => {
    const key = ["sk", "live", "Zz9".repeat(13) + "Q"].join("_");
    const message = `\u001b[2J${token.reveal()} and\n${key} are wrong ${"x".repeat(1000)}`;

    const error = await failing(answer(403, { error: { code: token.reveal(), message } }));

    expect(error.message).not.toContain(key);
    expect(error.message).toContain("[redacted] and sk_live_…");
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(400);
    expect(error.reason).toBe("[redacted]");
  });

  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT", date: "Thu, 01 Jan 2026 00:00:00 GMT" }, 60_000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:00 GMT", date: "Thu, 01 Jan 2026 00:01:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-1" }, undefined],
  ])("with %j says when to come back", async (headers, retryAfterMs) => {
    const error = await failing(answer(429, {}, headers));

    expect(error.retryAfterMs).toBe(retryAfterMs);
  });
});

test("a server that is not there is unreachable, with the system's reason", async () => {
  const server = await startScriptedServer(answer(200, {}));
  await server[Symbol.asyncDispose]();
  const client = makeManagementClient({ dialect: "example", baseUrl: server.origin, token });

  await expect(client.list()).rejects.toMatchObject({
    code: "MANAGEMENT_UNREACHABLE",
    message: expect.stringContaining("could not be reached: nothing listens there") as string,
  });
});

describe("the next page", () => {
  const listing = (link: string) => answer(200, { success: true, data: [] }, { link });
  const nextOf = async (link: string) => {
    await using server = await startScriptedServer(listing(link.replaceAll("ORIGIN", "http://127.0.0.1:1")));
    const client = makeManagementClient({ dialect: "example", baseUrl: server.origin, token });
    return (await client.list({ limit: 10, cursor: "before" })).nextCursor;
  };

  test.each([
    ['</v1/api-keys?cursor=abc>; rel="next"', "abc"],
    ["<?cursor=a%2Bb>; rel=next", "a+b"],
    ['</v1/api-keys?cursor=first>; rel="first", </v1/api-keys?cursor=abc>; title="x"; rel="next"', "abc"],
    ['</v1/api-keys?cursor=abc>; rel="prev"', null],
    ['</v1/api-keys?cursor=abc>; rel="nextish"', null],
    ["", null],
  ])("Link: %s", async (link, cursor) => {
    expect(await nextOf(link)).toBe(cursor);
  });

  test.each([
    '<https://evil.example/?cursor=abc>; rel="next"',
    '<ORIGIN/?cursor=a>; rel="next"',
    '</v1>; rel="next"',
  ])("Link: %s is not followed", async (link) => {
    await expect(nextOf(link)).rejects.toMatchObject({ code: "MANAGEMENT_BAD_ANSWER" });
  });

  test("is asked for with the cursor as it came", async () => {
    await using server = await startScriptedServer(listing(""));
    const client = makeManagementClient({ dialect: "example", baseUrl: server.origin, token });

    await client.list({ limit: 10, cursor: "a+b&c" });

    expect(server.requests[0]?.url).toBe("/v1/api-keys?limit=10&cursor=a%2Bb%26c");
  });
});

describe("the inventory client", () => {
  test("says when the server is another program", async () => {
    await using server = await startScriptedServer(answer(200, { hello: "world" }));
    const client = makeInventoryClient({ baseUrl: server.origin, token });

    await expect(client.whoAmI()).rejects.toMatchObject({
      code: "MANAGEMENT_BAD_ANSWER",
      message: expect.stringContaining("does not answer like keywarden-server") as string,
    });
  });

  test("keeps a failure without a problem document coded", async () => {
    await using server = await startScriptedServer(answer(502, "<html>bad gateway</html>"));
    const client = makeInventoryClient({ baseUrl: server.origin, token });

    await expect(client.list()).rejects.toMatchObject({ code: "MANAGEMENT_UNAVAILABLE", status: 502 });
  });
});
