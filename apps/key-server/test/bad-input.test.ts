import { isDeepStrictEqual } from "node:util";
import { verifyRequestSchema } from "@keywarden/management";
import { StorageError } from "@keywarden/storage";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { readPlainVerifyRequest } from "../src/verify/plain-verify-request.ts";
import { makeServer } from "./make-server.ts";

const raw = (body: string, type = "application/json") => ({ body, headers: { "content-type": type } });

describe.each([
  ["operator", "/v1/keys", (body: unknown) => (body as { code: string }).code],
  ["aforo", "/aforo/api/v1/api-keys", (body: unknown) => (body as { error: { code: string } }).error.code],
  ["aero2", "/aero2/v1/api-keys", (body: unknown) => (body as { error: string }).error],
  ["example", "/example/v1/api-keys", (body: unknown) => (body as { error: string }).error],
  ["azotte", "/azotte/v1/api-keys", (body: unknown) => (body as { error: { type: string } }).error.type],
  [
    "aurora-solar",
    "/aurora-solar/v1/api-keys",
    (body: unknown) => (body as { errors: { code: string }[] }).errors[0]?.code,
  ],
])("%s", (_name, url, codeOf) => {
  test.each([
    ["malformed JSON", raw('{"name":'), 400, "bad_request"],
    ["JSON that is no object", raw("[]"), 400, "bad_request"],
    ["an empty body", raw(""), 400, "bad_request"],
    ["a poisoned prototype", raw('{"__proto__":{"role":"admin"}}'), 400, "bad_request"],
    ["an unknown field", raw('{"name":"n","admin":true}'), 400, "bad_request"],
    ["a form", raw("name=n", "application/x-www-form-urlencoded"), 415, "unsupported_media_type"],
    ["plain text", raw("{}", "text/plain"), 415, "unsupported_media_type"],
    ["a body of 65 KiB", raw(`{"name":"${"n".repeat(65 * 1024)}"}`), 413, "too_large"],
  ])("%s", async (_situation, request, status, code) => {
    await using server = await makeServer();

    const response = await server.call("POST", url, request);

    expect([response.statusCode, codeOf(response.json())?.toLowerCase()]).toEqual([status, code]);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a stranger's body is not even parsed", async () => {
    await using server = await makeServer();

    const response = await server.call("POST", url, { ...raw('{"name":'), token: null });

    expect([response.statusCode, codeOf(response.json())?.toLowerCase()]).toEqual([401, "unauthenticated"]);
  });

  test("another method is 405 and names those that there are", async () => {
    await using server = await makeServer();

    const response = await server.call("PUT", url);

    expect([response.statusCode, codeOf(response.json())?.toLowerCase()]).toEqual([
      405,
      "method_not_allowed",
    ]);
    expect(response.headers["allow"]?.split(", ").toSorted()).toEqual(["GET", "POST"]);
  });

  test("an unknown path is 404 and does not repeat a key that it contains", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production");

    const response = await server.call("GET", `${url}/${text}/nothing?key=${text}`);

    expect([response.statusCode, codeOf(response.json())?.toLowerCase()]).toEqual([404, "route_not_found"]);
    expect(response.body + server.log.text).not.toContain(text);
  });
});

describe.each(["operator", "aforo", "aero2", "example", "azotte", "aurora-solar"])("%s", (name) => {
  const keys =
    name === "operator" ? "/v1/keys" : name === "aforo" ? "/aforo/api/v1/api-keys" : `/${name}/v1/api-keys`;

  test.each([
    ["broken percent-encoding", "%zz", "percent-encoding"],
    ["an id of 200 characters", "x".repeat(200), "longer than any id"],
  ])("%s in a path is refused like any other mistake", async (_what, id, message) => {
    await using server = await makeServer();

    const refused = await server.call("GET", `${keys}/${id}`);
    const usual = await server.call("POST", keys, raw("[]"));

    expect(refused.statusCode).toBe(400);
    expect(refused.body).toContain(message);
    expect(Object.keys(refused.json<object>())).toEqual(
      Object.keys(usual.json<object>()).filter((member) => member !== "problems"),
    );
    const { "content-length": _length, "x-request-id": id_, ...headers } = refused.headers;
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "content-type": usual.headers["content-type"],
      "x-content-type-options": "nosniff",
    });
    expect(server.log.text).toContain(`"reqId":"${String(id_)}","req":{"method":"GET"`);
  });
});

test.each([
  ["no body at all", undefined, "the body must be a JSON object"],
  ["a list", [], "the body must be a JSON object"],
  ["an unknown field", { name: "n", environment: "live", foo: 1 }, 'unknown field: "foo"'],
  [
    "unknown fields inside",
    { name: "n", environment: "live", rate_limits: [{ requests: 1, window_seconds: 1, a: 1, b: 2 }] },
    'rate_limits.0: unknown fields: "a", "b"',
  ],
  ["a missing field", { environment: "live" }, "name: is missing: string"],
  ["a name of nothing", { name: "  ", environment: "live" }, "name: must not be empty"],
  [
    "a name that nobody sees",
    { name: "\u200b\u2060", environment: "live" },
    "name: must have a visible character",
  ],
])("%s is called what it is", async (_situation, body, message) => {
  await using server = await makeServer();

  const response = await server.call("POST", "/aforo/api/v1/api-keys", { body });

  expect(response.json()).toEqual({ error: { code: "bad_request", message } });
});

test("a limit that is no number is said to be none", async () => {
  await using server = await makeServer();

  const response = await server.call("GET", "/v1/keys?limit=abc");

  expect(response.json<{ detail: string }>().detail).toBe("limit: must be a number");
});

test.each(["OPTIONS", "TRACE", "HEAD", "PUT", "PATCH"] as const)(
  "%s is no method of a path that has others, and is told which",
  async (method) => {
    await using server = await makeServer();

    const response = await server.app.http.inject({ method, url: "/aforo/api/v1/api-keys" });

    expect([response.statusCode, response.headers["allow"]]).toEqual([405, "POST, GET"]);
  },
);

test("broken percent-encoding is a bad request, not a crash", async () => {
  await using server = await makeServer();

  expect((await server.call("GET", "/v1/keys/%zz")).statusCode).toBe(400);
});

test.each(["application/x-www-form-urlencoded", "text/plain"])(
  "a POST that names %s and sends nothing works, as curl -d '' does it",
  async (type) => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");

    const response = await server.call("POST", `/v1/keys/${key.id}/revoke`, {
      body: "",
      headers: { "content-type": type },
    });

    expect([response.statusCode, response.body]).toEqual([200, expect.stringContaining('"revoked"')]);
  },
);

test("a DELETE with a content type and no body works, as clients commonly send it", async () => {
  await using server = await makeServer();
  const { key } = await server.issue("aforo", "secret", "production");

  const response = await server.call("DELETE", `/aforo/api/v1/api-keys/${key.id}`, {
    headers: { "content-type": "application/json" },
  });

  expect(response.statusCode).toBe(200);
});

test("a request that the server cannot serve says nothing of why", async () => {
  const server = await makeServer();
  await server.storage.close();

  const response = await server.call("GET", "/v1/keys");

  expect([500, 503]).toContain(response.statusCode);
  expect(response.body).not.toMatch(/sqlite|stack|at /i);
  // What it remembers of this request cannot be written any more, and it says so when it stops.
  await server.app.http.close().catch(() => {});
});

test.each([
  ["STORAGE_BUSY", "holds the database locked, or all of its connections; nothing was changed, so ask again"],
  ["STORAGE_FULL", "the disk is full; nothing was changed"],
  ["STORAGE_UNWRITABLE", "a read-only disk or being a replica; nothing was changed"],
  ["STORAGE_UNREACHABLE", "may have been made or not, so look"],
] as const)("what a change that met %s has become is said as far as it is known", async (code, detail) => {
  await using server = await makeServer();
  const broken = new StorageError(code, "in the middle of a commit");
  const spy = vi.spyOn(server.storage, "transaction").mockRejectedValue(broken);
  const body = { provider: "example", name: "one", kind: "secret", environment: "production" };
  const answer = await server.call("POST", "/v1/keys", { body });
  spy.mockRestore();
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    503,
    expect.stringContaining(detail),
  ]);
  expect(server.log.text).toContain(`"code":"${code}","message":"in the middle of a commit"`);
});

describe("a verification that is read without the schema", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("10.0.0.1", "[::1]:80", "secret", "tenant", "0".repeat(64)),
  );
  const wild = fc.oneof(text, fc.integer(), fc.double(), fc.constant(null), fc.array(text), fc.object());
  const names = Object.keys(verifyRequestSchema.shape);

  test("is what the schema reads of it, if it is read at all", () => {
    const readAlike = fc.property(
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), wild, { maxKeys: 4 }),
      (fields) => {
        const sent = JSON.stringify(fields);
        const plain = readPlainVerifyRequest(sent);
        const byTheSchema = verifyRequestSchema.safeParse(JSON.parse(sent));
        return plain === null || (byTheSchema.success && isDeepStrictEqual(byTheSchema.data, plain));
      },
    );
    expect(fc.check(readAlike, { numRuns: 2000 }).counterexample).toBeNull();
  });

  test("is read wherever each of its fields is as it should be", () => {
    const texts = fc.string({ maxLength: 50 });
    const valid = fc.record(
      {
        key: texts,
        ip: fc.oneof(fc.ipV4(), fc.ipV6()),
        referrer: texts,
        method: texts,
        path: texts,
        provider: texts,
        permission: texts,
        product: texts,
        tenant: texts,
        kinds: fc.array(fc.constantFrom("secret", "publishable", "restricted"), { maxLength: 5 }),
        projectTags: fc.array(texts, { maxLength: 5 }),
        unchecked: fc.array(fc.constantFrom("tenant", "product", "projectTags"), { maxLength: 3 }),
        cost: fc.integer({ min: 0, max: 1_000_000 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(valid, (fields) => {
        const sent = JSON.stringify(fields);
        expect(readPlainVerifyRequest(sent)).toEqual(verifyRequestSchema.parse(JSON.parse(sent)));
      }),
    );
  });
});

test.each(["/v1/keys", "/v1/keys/verify"])(
  "a body of %s that is not UTF-8 is refused, and not changed to be it",
  async (url) => {
    await using server = await makeServer();
    const text = JSON.stringify({
      provider: "example",
      name: "Ren\u00e9e",
      kind: "secret",
      environment: "production",
    });
    const verification = JSON.stringify({ sha256: "a".repeat(64), path: "/Ren\u00e9e" });
    const payload = Buffer.from(url === "/v1/keys" ? text : verification, "latin1");
    const answer = await server.call("POST", url, {
      body: payload,
      headers: { "content-type": "application/json" },
    });
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      "the body is not UTF-8",
    ]);
  },
);

test.each([
  ["/v1/tokens?state=active", 'unknown field: "state"'],
  // A name in Latin-1: nobody is called that, and its keys are not none.
  ["/v1/keys?owner=Ren%E9e", "the query is not UTF-8"],
  ["/v1/keys?tag=%C3%28", "the query is not UTF-8"],
  ["/v1/audit?actor=100%", "the query is not UTF-8"],
  ["/v1/security-events?key=%FF", "the query is not UTF-8"],
  ["/v1/me?verbose=1", 'unknown field: "verbose"'],
  ["/v1/keys?provider=nobody", "there is no provider nobody here; there are aforo, "],
  ["/v1/usage?provider=nobody", "there is no provider nobody here"],
  ["/v1/security-events?provider=nobody", "there is no provider nobody here"],
  ["/v1/keys/export?provider=nobody", "there is no provider nobody here"],
  ["/v1/audit?provider=nobody", "there is no provider nobody here"],
  ["/v1/audit?action=key.revoke", "there is no action key.revoke. Did you mean key.revoked?"],
  ["/v1/audit?actor=ann", "nobody is written as ann, and there is no such token, key or program; entries "],
  ["/v1/audit?actor=token:ann", "nobody is written as token:ann, and there is no such token, key or program"],
  ["/v1/audit?actor=key:key_1", "nobody is written as key:key_1"],
  ["/v1/audit?actor=person:ann@example.com", "nobody is written as person:ann@example.com"],
  [
    "/v1/audit?after=99",
    "the last entry here has the number 1, so this is not the storage that 99 was read from",
  ],
  ["/v1/audit?after=1&before=1", "after: must be less than before"],
  ["/v1/keys?tag=", "tag: "],
  ["/v1/keys?state=active&rotation=revoked", "rotation: a key that is active is never revoked"],
  ["/v1/keys?state=expired&rotation=overdue", "rotation: a key that is expired is never overdue"],
  [
    "/v1/keys?secretCreatedFrom=2027-01-01T00:00:00Z&secretCreatedBefore=2026-01-01T00:00:00Z",
    "secretCreatedFrom: must be before secretCreatedBefore",
  ],
  [
    "/v1/keys?usedFrom=2026-01-01T00:00:00Z&usedBefore=2026-01-01T00:00:00Z",
    "usedFrom: must be before usedBefore",
  ],
  ["/v1/audit?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from: must be before to"],
  ["/v1/security-events?code=unknown-key", "code: "],
  // PostgreSQL compares nothing with a NUL: this was its failure, and here nobody's key.
  ["/v1/keys?owner=%00", "the address contains a NUL"],
  ["/v1/keys/key_%00", "the address contains a NUL"],
])("%s is refused, and not answered as if it had not been asked", async (url, detail) => {
  await using server = await makeServer();
  const answer = await server.call("GET", url);
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    400,
    expect.stringContaining(detail),
  ]);
});

test.each([
  ["/v1/audit?key=key_1", "KEY_NOT_FOUND"],
  ["/v1/audit?key=key_1&action=key.revoked", "KEY_NOT_FOUND"],
  ["/v1/rotations?key=key_1", "KEY_NOT_FOUND"],
  ["/v1/rotations?key=key_1&state=all", "KEY_NOT_FOUND"],
  ["/v1/security-events?key=key_1", "KEY_NOT_FOUND"],
  ["/v1/usage?tenant=acme", "TENANT_NOT_FOUND"],
  ["/v1/usage?tenant=tenant_prod_1&provider=aforo", "TENANT_NOT_FOUND"],
])("%s asks for what there is not, which is not the same as nothing", async (url, code) => {
  await using server = await makeServer();
  const restrictions = { tenant: "tenant_prod_1" };
  const { key } = await server.issue("azotte", "secret", "production", { restrictions });
  const answer = await server.call("GET", url);
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, code]);
  const there = url.replace("key_1", key.id).replace(/tenant=.*/, "tenant=tenant_prod_1&provider=azotte");
  expect((await server.call("GET", there)).statusCode).toBe(200);
});
